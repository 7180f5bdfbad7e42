using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>The settings under which repositories are served; given with each command, so that a repository holds none.</summary>
internal static class ServiceConfiguration
{
    private const int MostThreads = 4;

    // While a push is in its quarantine, the repository is its own alternate: git would have all its refs listed once more, hidden ones too, by one
    // more process, only to know better what need not be checked. `true` lists none. Where it is missing, git would complain to the client.
    private static readonly string[] NoAlternateRefs = OnPath.Has("true") ? ["core.alternateRefsCommand=true"] : [];

    // They keep what an authority change would else destroy (R25), or wait for their event (R28): nobody's to see.
    private static readonly string[] HiddenNamespaces = ["refs/recovery", "refs/placeholders"];

    private static readonly string[] HiddenRefs = [.. HiddenNamespaces.Select(prefix => $"transfer.hideRefs={prefix}")];

    private static readonly string[] SideNamespaces = [.. HiddenNamespaces, "refs/nostr"];

    /// <summary>Whether a ref is kept from clients.</summary>
    public static bool Hides(RefName name) =>
        Array.Exists(HiddenNamespaces, prefix => name.Full.StartsWith(prefix, StringComparison.Ordinal) && (name.Full.Length == prefix.Length || name.Full[prefix.Length] == '/'));

    /// <summary>For clone and fetch (R40).</summary>
    public static IReadOnlyList<string> UploadPack { get; } =
    [
        .. HiddenRefs,
        "uploadpack.allowFilter=true",
        // To git "any" is the sum of the other two, so it is taken away before they are given.
        "uploadpack.allowAnySHA1InWant=false",
        "uploadpack.allowTipSHA1InWant=true",
        "uploadpack.allowReachableSHA1InWant=true",
        "uploadpack.keepAlive=5",
        // One clone must not take all of a large machine; git's own choice is a thread a processor.
        string.Create(CultureInfo.InvariantCulture, $"pack.threads={Math.Min(Environment.ProcessorCount, MostThreads)}"),
    ];

    /// <summary>What a client that means to push is told of refs and capabilities.</summary>
    public static IReadOnlyList<string> ReceivePackAdvertisement { get; } =
    [
        .. HiddenRefs,
        // `git push -o …` is an error where they are not offered; here they are read and left at that.
        "receive.advertisePushOptions=true",
    ];

    /// <summary>For push: every object is checked, but for three faults that old, honest histories have.</summary>
    /// <param name="mostPackBytes">git refuses a pack with more bytes.</param>
    /// <param name="commands">What git is to do. Namespaces beside branches and tags that it does not touch are hidden from it, since what is new hangs on branches and tags: git then compares with fewer refs whether the objects are complete (since 2.39).</param>
    public static IReadOnlyList<string> ReceivePack(long mostPackBytes, IReadOnlyList<RefUpdate> commands) =>
    [
        .. SideNamespaces
            .Where(prefix => !commands.Any(command => command.Name.Full.StartsWith(prefix + "/", StringComparison.Ordinal)))
            .Select(prefix => $"receive.hideRefs={prefix}"),
        .. NoAlternateRefs,
        // A push stays the pack that it came as: one file to sync, ready to be sent again and to be shared.
        "receive.unpackLimit=1",
        "receive.fsckObjects=true",
        "receive.fsck.badTimezone=ignore",
        "receive.fsck.missingSpaceBeforeDate=ignore",
        "receive.fsck.zeroPaddedFilemode=ignore",
        string.Create(CultureInfo.InvariantCulture, $"receive.maxInputSize={mostPackBytes}"),
        "receive.denyDeletes=false",
        "receive.denyDeleteCurrent=ignore",
        "receive.denyNonFastForwards=false",
        "receive.advertisePushOptions=false",
        "receive.shallowUpdate=false",
        "receive.autogc=false",
    ];
}
