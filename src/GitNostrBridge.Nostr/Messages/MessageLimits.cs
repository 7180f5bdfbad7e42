namespace GitNostrBridge.Nostr;

/// <summary>How much one client message may ask for; the message's size is bounded where it is received.</summary>
/// <param name="Filters">Filters in one REQ or COUNT.</param>
/// <param name="ValuesPerFilter">Ids, authors, kinds and tag values in one filter, all together.</param>
public sealed record MessageLimits(int Filters, int ValuesPerFilter);
