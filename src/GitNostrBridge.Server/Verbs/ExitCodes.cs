namespace GitNostrBridge.Server;

/// <summary>What a verb's exit code tells whoever called it.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and nothing to complain of.</summary>
    public const int Fine = 0;

    /// <summary>Done, and something was found that is not as it should be.</summary>
    public const int Found = 1;

    /// <summary>It could not be done.</summary>
    public const int Failed = 2;
}
