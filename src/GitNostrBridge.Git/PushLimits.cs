namespace GitNostrBridge.Git;

/// <summary>How large one push's command list may be.</summary>
/// <param name="MaxRefUpdates">Refs in one push.</param>
/// <param name="MaxCommandListBytes">Bytes of the command list before the pack; below Kestrel's 1 MiB of unread request.</param>
public sealed record PushLimits(int MaxRefUpdates, int MaxCommandListBytes)
{
    /// <summary>2000 refs, 512 KiB.</summary>
    public static PushLimits Default { get; } = new(2000, 512 * 1024);
}
