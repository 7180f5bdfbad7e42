using System.Globalization;

namespace GitNostrBridge.Git;

/// <summary>The settings under which repositories are served; given with each command, so that a repository holds none.</summary>
internal static class ServiceConfiguration
{
    // They keep what an authority change would else destroy (R25) and are nobody's to fetch or push.
    private const string HiddenRefs = "transfer.hideRefs=refs/recovery";

    /// <summary>For clone and fetch (R40).</summary>
    public static IReadOnlyList<string> UploadPack { get; } =
    [
        HiddenRefs,
        "uploadpack.allowFilter=true",
        // To git "any" is the sum of the other two, so it is taken away before they are given.
        "uploadpack.allowAnySHA1InWant=false",
        "uploadpack.allowTipSHA1InWant=true",
        "uploadpack.allowReachableSHA1InWant=true",
        "uploadpack.keepAlive=5",
    ];

    /// <summary>For push: every object is checked, but for three faults that old, honest histories have.</summary>
    public static IReadOnlyList<string> ReceivePack(long mostPackBytes) =>
    [
        HiddenRefs,
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
