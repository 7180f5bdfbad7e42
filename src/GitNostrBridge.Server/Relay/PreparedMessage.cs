using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>A message that needs no more arithmetic.</summary>
/// <param name="Message">What the client says; an event in it is genuine and within the limits unless <paramref name="Refusal"/> is given.</param>
/// <param name="Refusal">The OK that refuses its event, or null.</param>
public sealed record PreparedMessage(ClientMessage Message, byte[]? Refusal = null);
