namespace GitNostrBridge.Server;

/// <summary>Section `GitSync`: fetching missing git data from other servers.</summary>
/// <param name="Enabled">Whether anything is fetched at all.</param>
/// <param name="UserEventDelay">From a user's event to the first fetch, since a push is expected to follow; default 3 minutes.</param>
/// <param name="SyncedEventDelay">From an event found on another relay, or the server's start, to the first fetch; default 500 ms.</param>
/// <param name="BackoffBase">The wait after a first round in vain, doubled after each further one; default 20 s.</param>
/// <param name="BackoffCap">The longest such wait; default 2 minutes.</param>
/// <param name="PerDomainConcurrency">Fetches at once from one host and port.</param>
/// <param name="PerDomainPerMinute">Fetches begun in a minute from one host and port.</param>
/// <param name="AllowPrivateAddresses">Outbound connections to addresses that are not public.</param>
/// <param name="AllowHttp">Outbound connections without encryption.</param>
/// <param name="FetchTimeout">One fetch; default 10 minutes.</param>
/// <param name="MaxFetchBytes">One fetch's pack on disk.</param>
public sealed record GitSyncOptions(
    TimeSpan UserEventDelay,
    TimeSpan SyncedEventDelay,
    TimeSpan BackoffBase,
    TimeSpan BackoffCap,
    TimeSpan FetchTimeout,
    bool Enabled = true,
    int PerDomainConcurrency = 5,
    int PerDomainPerMinute = 30,
    bool AllowPrivateAddresses = false,
    bool AllowHttp = false,
    long MaxFetchBytes = 2L << 30)
{
    /// <summary>The defaults.</summary>
    public GitSyncOptions()
        : this(TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10))
    {
    }

    /// <summary>Reads and checks the section.</summary>
    public static GitSyncOptions Read(SectionReader section)
    {
        var defaults = new GitSyncOptions();
        return new GitSyncOptions(
            section.Duration(nameof(UserEventDelay), defaults.UserEventDelay, mayBeZero: true),
            section.Duration(nameof(SyncedEventDelay), defaults.SyncedEventDelay, mayBeZero: true),
            section.Duration(nameof(BackoffBase), defaults.BackoffBase),
            section.Duration(nameof(BackoffCap), defaults.BackoffCap),
            section.Duration(nameof(FetchTimeout), defaults.FetchTimeout),
            section.YesOrNo(nameof(Enabled), defaults.Enabled),
            section.Number(nameof(PerDomainConcurrency), defaults.PerDomainConcurrency),
            section.Number(nameof(PerDomainPerMinute), defaults.PerDomainPerMinute),
            section.YesOrNo(nameof(AllowPrivateAddresses), defaults.AllowPrivateAddresses),
            section.YesOrNo(nameof(AllowHttp), defaults.AllowHttp),
            section.Number(nameof(MaxFetchBytes), defaults.MaxFetchBytes));
    }
}
