namespace GitNostrBridge.Git;

/// <summary>Objects that are wanted in a repository.</summary>
/// <param name="Target">Where they are to be.</param>
/// <param name="Oids">Which; all that they refer to comes with them.</param>
public sealed record FetchWant(BareRepository Target, IReadOnlyCollection<Oid> Oids);

/// <summary>What may still be written while a fetch runs.</summary>
/// <param name="Bytes">Bytes of the pack, as it began.</param>
/// <param name="IsLeft">Whether there still is any, for others write too; asked a few times a second.</param>
public sealed record FetchRoom(long Bytes, Func<bool> IsLeft);

/// <summary>How long one fetch may take, and how much it may bring.</summary>
/// <param name="TimeOut">From the first request to the last byte copied.</param>
/// <param name="MaxBytes">Bytes of the pack as it lies on disk.</param>
public sealed record FetchLimits(TimeSpan TimeOut, long MaxBytes);
