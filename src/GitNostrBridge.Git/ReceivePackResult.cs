namespace GitNostrBridge.Git;

/// <summary>What a push came to, before the client has been told.</summary>
/// <param name="Exit">How git ended; a push may fail for a ref or for all while git succeeds.</param>
/// <param name="Report">What git reported.</param>
public sealed record ReceivePackResult(GitExit Exit, ReceivePackReport Report);
