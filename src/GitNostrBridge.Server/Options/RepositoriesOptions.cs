namespace GitNostrBridge.Server;

/// <summary>Section `Repositories`: what is kept of them beyond what is served.</summary>
/// <param name="RecoveryRetention">How long hidden recovery refs, and repositories that have left service, are kept; default 90 days (R25, R35).</param>
public sealed record RepositoriesOptions(TimeSpan RecoveryRetention)
{
    /// <summary>The defaults.</summary>
    public RepositoriesOptions()
        : this(TimeSpan.FromDays(90))
    {
    }

    /// <summary>Reads and checks the section.</summary>
    public static RepositoriesOptions Read(SectionReader section) =>
        new(section.Duration(nameof(RecoveryRetention), new RepositoriesOptions().RecoveryRetention));
}
