namespace GitNostrBridge.Git;

/// <summary>What the installed git says of itself in its advertisements, taken down from it word by word, so that nothing is promised that it does not keep.</summary>
/// <param name="EmptyUploadPack">The whole advertisement of a repository without refs to those who fetch, in version 0.</param>
/// <param name="EmptyReceivePack">The same to those who push.</param>
/// <param name="Version2">The whole answer to those who fetch, in version 2; it names no refs.</param>
/// <param name="Version1Start">What comes before an advertisement of version 0 to make it one of version 1.</param>
/// <param name="UploadPack">What follows the first ref's name, up to where HEAD's target is said.</param>
/// <param name="AfterHead">What follows that.</param>
/// <param name="ReceivePack">What follows the first ref's name for those who push.</param>
internal sealed record AdvertisedCapabilities(
    byte[] EmptyUploadPack, byte[] EmptyReceivePack, byte[] Version2, byte[] Version1Start, byte[] UploadPack, byte[] AfterHead, byte[] ReceivePack);
