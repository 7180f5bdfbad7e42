namespace GitNostrBridge.Git;

/// <summary>What a push came to, before the client has been told.</summary>
/// <param name="Exit">How git ended; a push may fail for a ref or for all while git succeeds.</param>
/// <param name="Answer">The rest of the answer, as git framed it, for the client to get last.</param>
/// <param name="Report">The same, read.</param>
public sealed record ReceivePackResult(GitExit Exit, ReadOnlyMemory<byte> Answer, ReceivePackReport Report);
