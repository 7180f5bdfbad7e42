using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>The parts of the clone cache.</summary>
internal static class CloneCacheComposition
{
    private const string Folder = "clone-cache";

    /// <summary>Registers them.</summary>
    public static void AddCloneCache(this IServiceCollection services, ServerOptions options)
    {
        var beside = Path.Combine(Path.GetFullPath(options.Storage.GitPath), "..", Folder);
        var cache = options.CloneCache with { Path = Path.GetFullPath(options.CloneCache.Path.Length > 0 ? options.CloneCache.Path : beside) };
        services.AddSingleton(cache);
        services.AddSingleton(provider => new CloneCache(
            cache,
            () => provider.GetRequiredService<DiskSpace>().HasRoom(cache.Path),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CloneCache>>()));
        services.AddSingleton<FetchAnswer>();
        services.AddSingleton<Func<BareRepository, string?>>(provider => repository => provider.GetRequiredService<RefCache>().Of(repository)?.Fingerprint);
        services.AddHostedService<CloneCacheLoop>();
    }
}
