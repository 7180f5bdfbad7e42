using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>A place from which objects may be fetched.</summary>
/// <param name="Url">As an event names it; nothing has checked it.</param>
/// <param name="Domain">Its host and port.</param>
public sealed record CloneSource(string Url, string Domain)
{
    /// <summary>The domain without its port: whoever has a host has all of its ports.</summary>
    public string Host => Domain[..Domain.LastIndexOf(':')];
}

/// <summary>What is missing for an identifier, and where it may be.</summary>
/// <param name="Wants">Nothing is missing when there are none.</param>
/// <param name="Lenders">The repositories that are here for it.</param>
/// <param name="Sources">Each URL once, in the order in which they are to be tried.</param>
public sealed record FetchPlan(IReadOnlyList<FetchWant> Wants, IReadOnlyList<BareRepository> Lenders, IReadOnlyList<CloneSource> Sources)
{
    /// <summary>The next source to try, or null when nothing is missing or all that may be used have been tried.</summary>
    public CloneSource? Next(IReadOnlySet<string> tried, Func<CloneSource, bool> mayUse) =>
        Wants.Count == 0 ? null : Sources.FirstOrDefault(source => !tried.Contains(source.Url) && mayUse(source));
}
