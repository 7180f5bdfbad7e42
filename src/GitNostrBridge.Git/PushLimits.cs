namespace GitNostrBridge.Git;

/// <summary>How large one push's command list may be.</summary>
/// <param name="MaxRefUpdates">Refs in one push.</param>
/// <param name="MaxCommandListBytes">Bytes of the command list before the pack, pkt-line lengths included.</param>
public sealed record PushLimits(int MaxRefUpdates, int MaxCommandListBytes)
{
    // Two ids, what stands around them, and a name of over 160 bytes.
    private const int BytesPerUpdate = 256;

    // A shallow clone tells where it is cut off, however few its refs are.
    private const int LeastBytes = 512 * 1024;

    /// <summary>2000 refs.</summary>
    public static PushLimits Default { get; } = Of(2000);

    /// <summary>Room for so many updates of refs with names that are not unusually long; 512 KiB at least.</summary>
    public static PushLimits Of(int refUpdates) => new(refUpdates, (int)Math.Clamp((long)refUpdates * BytesPerUpdate, LeastBytes, int.MaxValue));
}
