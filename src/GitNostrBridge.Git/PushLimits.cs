namespace GitNostrBridge.Git;

/// <summary>How large one push may be.</summary>
/// <param name="MaxPackBytes">Bytes of the pack.</param>
/// <param name="MaxRefUpdates">Refs in one push.</param>
/// <param name="MaxCommandListBytes">Bytes of the command list before the pack; below Kestrel's 1 MiB of unread request.</param>
public sealed record PushLimits(long MaxPackBytes, int MaxRefUpdates, int MaxCommandListBytes)
{
    /// <summary>2 GiB, 2000 refs, 512 KiB.</summary>
    public static PushLimits Default { get; } = new(2L << 30, 2000, 512 * 1024);
}
