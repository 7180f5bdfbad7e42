using System.Net;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GitNostrBridge.Server;

/// <summary>Says which parts the server is made of; each exists once.</summary>
internal static class Composition
{
    /// <summary>Registers all parts; the store is disposed with the application.</summary>
    public static void AddGitNostrBridge(this IServiceCollection services, ServerOptions options, IEventStore store)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Console.Out);
        services.AddSingleton(options.Grasp).AddSingleton(options.Observability).AddSingleton(options.Limits).AddSingleton(options.Maintenance).AddSingleton(options.Repositories);
        services.AddSingleton(_ => store);
        services.AddSingleton(PublicAddress.Of);
        services.AddSingleton(_ => RelayKey.Load(LoadedSettings.Environment, options.Grasp.OwnerKeyFile));
        AddGit(services, options);
        AddNostr(services);
        AddGrasp(services, options);
        services.AddSingleton(options).AddSingleton(new CurrentLimits(options.Limits)).AddHostedService<SettingsReload>();
        services.AddLifeCycle();
        AddServer(services, options);
        services.AddCloneCache(options);
        AddSync(services, options.GitSync);
    }

    private static void AddGit(IServiceCollection services, ServerOptions options)
    {
        var root = Path.GetFullPath(options.Storage.GitPath);
        services.AddSingleton(provider => GitProcess.ForServer(Path.Combine(root, ".home"), provider.GetRequiredService<GitProcessMetrics>()));
        services.AddSingleton(provider => new BareRepositories(root, provider.GetRequiredService<GitProcess>(), provider.GetRequiredService<RefCache>()));
        services.AddSingleton(PushLimits.Of(options.Limits.RefsPerPush));
        services.AddSingleton<LeftoverSweep>();
        services.AddSingleton<RepositoryMaintenance>();
        services.AddSingleton<Connectivity>();
        services.AddSingleton<Soundness>();
        services.AddSingleton<RemoteRefs>();
        services.AddSingleton<ObjectTransfer>();
        services.AddSingleton<RefTransaction>();
        services.AddSingleton<RecoveryRefs>();
        services.AddSingleton<UploadPackRun>();
        services.AddSingleton(new RefCache(options.Limits.RefMemoryBytes));
        services.AddSingleton<RefAdvertisements>();
        services.AddSingleton<ReceivePackRun>();
    }

    private static void AddNostr(IServiceCollection services)
    {
        services.AddSingleton(Schnorr.Best);
        services.AddSingleton<EventVerifier>();
        services.AddSingleton<SubscriptionRegistry>();
        services.AddSingleton<EventPublisher>();
    }

    private static void AddGrasp(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(provider => new RepositoryCatalogue(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<ServiceAddress>(), options.Grasp.MaintainerModel));
        services.AddSingleton(new PurgatoryLimits(
            options.Purgatory.Lifetime,
            options.Purgatory.LongestWait,
            options.Purgatory.SoftExpiry,
            options.Purgatory.MostEvents,
            options.Purgatory.MostEventsPerAuthor,
            options.Purgatory.MostStatesPerRepository));
        services.AddSingleton<Purgatory>();
        services.AddSingleton<AnnouncementLease>();
        services.AddSingleton<PurgatoryExpiry>();
        services.AddSingleton(new PlaceholderLimits(options.Purgatory.PlaceholderLifetime, options.Purgatory.MostPlaceholdersPerRepository));
        services.AddSingleton<PlaceholderExpiry>();
        services.AddSingleton<IdentifierLock>();
        services.AddSingleton<InvariantCheck>();
        services.AddSingleton<StandingAligner>();
        services.AddMetrics().AddSingleton<PurgatoryMetrics>();
        services.AddSingleton<WaitingGauges>();
        services.AddSingleton<RefAligner>();
        services.AddSingleton<Realignment>();
        services.AddSingleton<StateRelease>();
        services.AddSingleton<PullRequestTargets>();
        services.AddSingleton<DuePullRequests>();
        services.AddSingleton<PullRequestRelease>();
        services.AddSingleton<PurgatoryGate>();
        services.AddSingleton<RepositoryRetirement>();
        services.AddSingleton<AnnouncementRule>();
        services.AddSingleton<StateRule>();
        services.AddSingleton<PullRequestRule>();
        services.AddSingleton<EarlyAnnouncements>();
        services.AddSingleton(new CurrentPolicy(options.Policy));
        services.AddSingleton<Func<AdmissionPolicy>>(provider => provider.GetRequiredService<CurrentPolicy>().Read);
        services.AddSingleton<CommonRule>();
        services.AddSingleton<EventRemoval>();
        services.AddSingleton<ExpirySweep>();
        services.AddSingleton<DeletionRule>();
        services.AddSingleton<VanishRule>();
        services.AddSingleton(provider => new ServiceEventRule(provider.GetRequiredService<RelayKey>().PublicKey, provider.GetRequiredService<EventPublisher>()));
        services.AddSingleton<ParticipantRule>();
        services.AddSingleton<RelatedEventRule>();
        services.AddSingleton<EventAdmission>();
    }

    private static void AddServer(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<Func<string, long>>(path => new DriveInfo(path).AvailableFreeSpace);
        services.AddSingleton<DiskSpace>();
        services.AddSingleton<PushBounds>();
        services.AddSingleton<GitLoad>();
        services.AddSingleton<MaintenanceLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<MaintenanceLoop>());
        services.AddSingleton<InfoRefs>();
        services.AddSingleton<WholeRequests>();
        services.AddSingleton<UploadPack>();
        services.AddSingleton<PushRun>();
        services.AddSingleton<ReceivePack>();
        services.AddSingleton<HtmlPage>().AddSingleton<RepositoryList>().AddSingleton<PolicyFacts>();
        services.AddSingleton<RepositoryPage>();
        services.AddSingleton<GitHttpEndpoints>();
        services.AddSingleton<LandingPage>();
        services.AddSingleton<RelayInformation>();
        services.AddSingleton<NostrNames>();
        services.AddSingleton<EventLimits>();
        services.AddSingleton<MessagePreparation>();
        services.AddSingleton<ClientQueries>();
        services.AddSingleton<ConnectionSlots>();
        services.AddSingleton<PublishHandler>();
        services.AddSingleton<SubscribeHandler>();
        services.AddSingleton<CountHandler>();
        services.AddSingleton<RelayEndpoint>();
        services.AddSingleton(options.Purgatory).AddSingleton<ExpiryLoop>();
        services.AddSingleton<StartUp>();
    }

    private static void AddSync(IServiceCollection services, GitSyncOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new EgressGuard(new EgressRules(options.AllowHttp, options.AllowPrivateAddresses), Dns.GetHostAddressesAsync));
        services.AddSingleton(new FetchLimits(options.FetchTimeout, options.MaxFetchBytes));
        services.AddSingleton(new FetchBackoff(options.BackoffBase, options.BackoffCap));
        services.AddSingleton(provider => new DomainThrottle(
            provider.GetRequiredService<TimeProvider>(), options.PerDomainConcurrency, options.PerDomainPerMinute));
        services.AddSingleton<RemoteProbe>();
        services.AddSingleton<GitFetch>();
        services.AddSingleton<FetchQueue>();
        services.AddSingleton<CloneSources>();
        services.AddSingleton<MissingObjects>();
        services.AddSingleton<FetchMetrics>();
        services.AddSingleton<FetchHistory>();
        services.AddSingleton<RemoteFetch>();
        services.AddSingleton<PurgatoryView>();
        services.AddSingleton<PurgatoryPage>();
        services.AddSingleton<GitFetchLoop>();
    }
}
