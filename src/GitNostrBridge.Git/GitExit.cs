namespace GitNostrBridge.Git;

/// <summary>How a git process ended.</summary>
/// <param name="Code">git's exit code, 0 to 255, or <see cref="TimedOutCode"/>.</param>
/// <param name="Errors">The first 16 KiB of stderr on one line, without control characters.</param>
public sealed record GitExit(int Code, string Errors)
{
    /// <summary>The code that stands for a process which was stopped because its time was up.</summary>
    public const int TimedOutCode = -1;

    /// <summary>Whether git reported success.</summary>
    public bool Succeeded => Code == 0;

    /// <summary>Whether git was stopped because its time was up.</summary>
    public bool TimedOut => Code == TimedOutCode;
}
