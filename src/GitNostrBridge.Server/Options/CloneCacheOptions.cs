namespace GitNostrBridge.Server;

/// <summary>Section `CloneCache`: answers to clones and fetches that are kept on disk, to be sent again.</summary>
/// <param name="Enabled">Whether any are.</param>
/// <param name="Path">Where; empty: the folder `clone-cache` beside `Storage:GitPath`. What is in it is dropped at each start.</param>
/// <param name="MaxBytes">Disk that all of them may take; those that nobody has asked for the longest go first.</param>
/// <param name="LargestAnswerBytes">A longer answer is not kept.</param>
/// <param name="MaxAge">How long one is kept; default 1 hour.</param>
/// <param name="SecondRequestWithin">An answer is kept when it is asked for again within this time; default 5 minutes.</param>
public sealed record CloneCacheOptions(
    TimeSpan MaxAge,
    TimeSpan SecondRequestWithin,
    bool Enabled = true,
    string Path = "",
    long MaxBytes = 4L << 30,
    long LargestAnswerBytes = 1L << 30)
{
    /// <summary>The defaults.</summary>
    public CloneCacheOptions()
        : this(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5))
    {
    }

    /// <summary>Reads and checks the section.</summary>
    public static CloneCacheOptions Read(SectionReader section)
    {
        var defaults = new CloneCacheOptions();
        return new CloneCacheOptions(
            section.Duration(nameof(MaxAge), defaults.MaxAge),
            section.Duration(nameof(SecondRequestWithin), defaults.SecondRequestWithin),
            section.YesOrNo(nameof(Enabled), defaults.Enabled),
            section.Text(nameof(Path), defaults.Path),
            section.Number(nameof(MaxBytes), defaults.MaxBytes),
            section.Number(nameof(LargestAnswerBytes), defaults.LargestAnswerBytes));
    }
}
