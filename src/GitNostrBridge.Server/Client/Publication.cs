using System.Collections.Frozen;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What came of publishing a repository.</summary>
internal abstract record PublicationResult
{
    private PublicationResult()
    {
    }

    /// <summary>It is served.</summary>
    public sealed record Published(string CloneUrl) : PublicationResult;

    /// <summary>It is not; what happened and what to do next.</summary>
    public sealed record Failed(string Problem, string Advice) : PublicationResult;
}

/// <summary>Publishes a repository step by step: key, announcement, state, push, check; each step says what it did.</summary>
internal sealed class Publication(EventSigner signer, TimeProvider time, TextWriter report)
{
    private static readonly TimeSpan ConnectTimeOut = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PushTimeOut = TimeSpan.FromHours(2);

    private readonly GitProcess _git = GitProcess.ForUser();

    /// <summary>Runs all steps; may be run again at any time and takes up what is left.</summary>
    public async Task<PublicationResult> RunAsync(string path, Uri server, string keyFile, string? name, CancellationToken cancellationToken)
    {
        if (await LocalRepository.ReadAsync(_git, path, cancellationToken).ConfigureAwait(false) is not LocalRepositoryRead.Read { Repository: var repository })
        {
            return new PublicationResult.Failed($"{path} is not a git repository that git can read", "Give the path of a git repository: `git -C <path> status` must work.");
        }

        if (repository.Refs.Count == 0)
        {
            return new PublicationResult.Failed($"{path} has no branch and no tag yet", "Commit something first, then run this again.");
        }

        var identifier = name ?? NameOf(path);
        if (!BareRepositories.IsValidIdentifier(identifier))
        {
            return new PublicationResult.Failed($"`{identifier}` cannot be a repository's identifier", "Choose another with --name: a plain name without slashes.");
        }

        SecretKey key;
        try
        {
            key = KeyFile.ReadOrCreate(keyFile);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new PublicationResult.Failed(failure.Message, "Give a file that you can read and write with --key.");
        }

        report.WriteLine($"key        {key.PublicKey.ToNpub()} (secret key in {keyFile})");
        if (KeyFile.WhyNotPrivate(keyFile) is { } problem)
        {
            report.WriteLine($"warning    {problem}");
        }

        var here = new ServiceAddress(server.Scheme, server.Authority, server.AbsolutePath);
        return await WithRelayAsync(here, client => RunAsync(client, here, repository, identifier, key, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<PublicationResult> RunAsync(
        RelayClient client, ServiceAddress here, LocalRepository repository, string identifier, SecretKey key, CancellationToken cancellationToken)
    {
        var address = new RepositoryAddress(key.PublicKey, identifier);
        var now = await NextSecondAsync(client, address, cancellationToken).ConfigureAwait(false);
        var announcement = signer.Sign(key, EventKinds.RepositoryAnnouncement, now, AnnouncementTags(address, here), "");
        if (await SendAsync(client, "announced", announcement, cancellationToken).ConfigureAwait(false) is { } announcementFailure)
        {
            return announcementFailure;
        }

        var state = signer.Sign(key, EventKinds.RepositoryState, now, StateTags(identifier, repository), "");
        if (await SendAsync(client, "signed", state, cancellationToken).ConfigureAwait(false) is { } stateFailure)
        {
            return stateFailure;
        }

        var url = here.CloneUrl(address);
        var push = await _git.RunAsync(
            new GitCommand(["-C", repository.Path, "push", "--quiet", "--force", url, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"]) { TimeOut = PushTimeOut },
            cancellationToken).ConfigureAwait(false);
        if (push.Code != 0)
        {
            return new PublicationResult.Failed($"git push failed:\n{push.Errors.Trim()}", "Look at what git says above, then run this again.");
        }

        report.WriteLine($"pushed     {repository.Refs.Count} branches and tags");
        return await IsServedAsync(client, state, cancellationToken).ConfigureAwait(false)
            ? new PublicationResult.Published(url)
            : new PublicationResult.Failed("the server took the push but does not serve the state", "Run this again; if it stays so, tell the server's operator.");
    }

    // An event of the same second as the one before replaces it only by chance (NIP-01: the lowest id wins).
    private async Task<long> NextSecondAsync(RelayClient client, RepositoryAddress address, CancellationToken cancellationToken)
    {
        var filter = new Filter
        {
            Kinds = FrozenSet.Create(EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState),
            Authors = FrozenSet.Create(address.Owner),
            Tags = FrozenDictionary.Create(KeyValuePair.Create('d', FrozenSet.Create(address.Identifier))),
        };
        var earlier = await client.QueryAsync([filter], mostEvents: 2, cancellationToken).ConfigureAwait(false) is QueryReply.Complete complete ? complete.Events : [];
        return earlier.Select(known => known.CreatedAt + 1).Append(time.GetUtcNow().ToUnixTimeSeconds()).Max();
    }

    private static async Task<PublicationResult> WithRelayAsync(
        ServiceAddress here, Func<RelayClient, Task<PublicationResult>> steps, CancellationToken cancellationToken)
    {
        try
        {
            var client = await RelayClient.ConnectAsync(new Uri(here.RelayUrl), ConnectTimeOut, cancellationToken).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                return await steps(client).ConfigureAwait(false);
            }
        }
        catch (RelayException failure)
        {
            return new PublicationResult.Failed(
                $"the relay at {here.RelayUrl} cannot be talked to: {failure.Message}",
                $"Is the server running? Start one with `{Invocation.Serve}`, and give its address with --to.");
        }
    }

    private async Task<PublicationResult.Failed?> SendAsync(RelayClient client, string verb, NostrEvent nostrEvent, CancellationToken cancellationToken)
    {
        var reply = await client.PublishAsync(nostrEvent, cancellationToken).ConfigureAwait(false);
        if (!reply.Accepted)
        {
            return new PublicationResult.Failed($"the server refused the {EventWords.KindName(nostrEvent.Kind)}: {reply.Text}", "Mend what it names, then run this again.");
        }

        var answer = reply.Text.Length > 0 ? $" ({reply.Text})" : "";
        report.WriteLine($"{verb,-10} {EventWords.KindName(nostrEvent.Kind)} {EventWords.Short(nostrEvent.Id.Hex)}{answer}");
        return null;
    }

    private static async Task<bool> IsServedAsync(RelayClient client, NostrEvent state, CancellationToken cancellationToken)
    {
        var filter = new Filter { Ids = FrozenSet.Create(state.Id) };
        return await client.QueryAsync([filter], mostEvents: 1, cancellationToken).ConfigureAwait(false) is QueryReply.Complete { Events.Count: 1 };
    }

    private static List<EventTag> AnnouncementTags(RepositoryAddress address, ServiceAddress here) =>
    [
        new("d", address.Identifier), new("name", address.Identifier), new("clone", here.CloneUrl(address)), new("relays", here.RelayUrl),
    ];

    private static List<EventTag> StateTags(string identifier, LocalRepository repository) =>
    [
        new("d", identifier),
        .. repository.Refs.Select(entry => new EventTag(entry.Name.Full, entry.Value.Hex)),
        .. repository.Head is { } head ? [new EventTag("HEAD", $"ref: {head}")] : Array.Empty<EventTag>(),
    ];

    private static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return name.EndsWith(".git", StringComparison.Ordinal) && name.Length > 4 ? name[..^4] : name;
    }
}
