namespace GitNostrBridge.Server;

/// <summary>Section `Maintenance`: how repositories are kept small and fast.</summary>
/// <param name="Interval">Every repository is looked at once in this time; default 1 hour. A push's repository is looked at right after it.</param>
/// <param name="PacksBeforeTidy">Packs in one repository before they are joined.</param>
/// <param name="CollectInterval">Between two collections of garbage in one repository; default 7 days.</param>
/// <param name="Retention">How long unreachable objects stay; default 14 days, which must be longer than events may wait.</param>
public sealed record MaintenanceOptions(
    TimeSpan Interval, TimeSpan CollectInterval, TimeSpan Retention, int PacksBeforeTidy = 20)
{
    /// <summary>The defaults.</summary>
    public MaintenanceOptions()
        : this(TimeSpan.FromHours(1), TimeSpan.FromDays(7), TimeSpan.FromDays(14))
    {
    }

    /// <summary>Reads and checks the section.</summary>
    public static MaintenanceOptions Read(SectionReader section)
    {
        var defaults = new MaintenanceOptions();
        return new MaintenanceOptions(
            section.Duration(nameof(Interval), defaults.Interval),
            section.Duration(nameof(CollectInterval), defaults.CollectInterval),
            section.Duration(nameof(Retention), defaults.Retention),
            section.Number(nameof(PacksBeforeTidy), defaults.PacksBeforeTidy));
    }
}
