namespace GitNostrBridge.Nostr;

/// <summary>placeholder of the scaffold</summary>
public sealed class EventVerifier;
