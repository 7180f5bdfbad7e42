namespace GitNostrBridge.Server;

/// <summary>Section `Purgatory`: how long, and how much, may wait.</summary>
/// <param name="Lifetime">From an event's arrival to its deadline; default 30 minutes.</param>
/// <param name="LongestWait">The bound of an announcement's waiting, however often it is sent again; default 24 hours.</param>
/// <param name="SoftExpiry">How long an announcement is remembered after its repository was removed, within <paramref name="LongestWait"/>; default 24 hours.</param>
/// <param name="PlaceholderLifetime">How long a commit in refs/nostr/ may wait for its event; default 20 minutes.</param>
/// <param name="SweepInterval">How often what has waited too long is looked for; default 1 minute.</param>
/// <param name="MostEvents">Waiting events in all.</param>
/// <param name="MostEventsPerAuthor">Waiting events of one author.</param>
/// <param name="MostStatesPerRepository">Waiting states of one author for one repository.</param>
/// <param name="MostPlaceholdersPerRepository">Commits in one repository's refs/nostr/ that wait for their events.</param>
public sealed record PurgatoryOptions(
    TimeSpan Lifetime,
    TimeSpan LongestWait,
    TimeSpan SoftExpiry,
    TimeSpan PlaceholderLifetime,
    TimeSpan SweepInterval,
    int MostEvents = 100_000,
    int MostEventsPerAuthor = 500,
    int MostStatesPerRepository = 50,
    int MostPlaceholdersPerRepository = 200)
{
    /// <summary>The defaults.</summary>
    public PurgatoryOptions()
        : this(TimeSpan.FromMinutes(30), TimeSpan.FromHours(24), TimeSpan.FromHours(24), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1))
    {
    }

    /// <summary>Reads and checks the section.</summary>
    public static PurgatoryOptions Read(SectionReader section)
    {
        var defaults = new PurgatoryOptions();
        return new PurgatoryOptions(
            section.Duration(nameof(Lifetime), defaults.Lifetime),
            section.Duration(nameof(LongestWait), defaults.LongestWait),
            section.Duration(nameof(SoftExpiry), defaults.SoftExpiry),
            section.Duration(nameof(PlaceholderLifetime), defaults.PlaceholderLifetime),
            section.Duration(nameof(SweepInterval), defaults.SweepInterval),
            section.Number(nameof(MostEvents), defaults.MostEvents),
            section.Number(nameof(MostEventsPerAuthor), defaults.MostEventsPerAuthor),
            section.Number(nameof(MostStatesPerRepository), defaults.MostStatesPerRepository),
            section.Number(nameof(MostPlaceholdersPerRepository), defaults.MostPlaceholdersPerRepository));
    }
}
