namespace GitNostrBridge.Git;

/// <summary>Objects that are wanted in a repository.</summary>
/// <param name="Target">Where they are to be.</param>
/// <param name="Oids">Which; all that they refer to comes with them.</param>
public sealed record FetchWant(BareRepository Target, IReadOnlyCollection<Oid> Oids);

/// <summary>How long one fetch may take, and how much it may bring.</summary>
/// <param name="TimeOut">From the first request to the last byte copied.</param>
/// <param name="MaxBytes">Bytes of the pack as it lies on disk.</param>
public sealed record FetchLimits(TimeSpan TimeOut, long MaxBytes);
