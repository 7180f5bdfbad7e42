using System.Collections.Frozen;
using System.Security.Cryptography;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Who one connection's client has shown to be (NIP-42). Nothing asks for it by default.</summary>
public sealed class Authentication(ServiceAddress here, TimeProvider time)
{
    /// <summary>The kind of the event that answers a challenge (NIP-42); it is nobody else's business, so it is never published.</summary>
    public const int Kind = 22242;

    // One person may have several keys; no honest client has this many.
    private const int MostKeys = 16;

    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(10);

    private FrozenSet<PublicKey> _keys = [];

    /// <summary>What the client is to sign: known to this connection only.</summary>
    public string Challenge { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The keys shown so far.</summary>
    public FrozenSet<PublicKey> Keys => _keys;

    /// <summary>Takes a genuine event as an answer to the challenge; says what is wrong with it, or null when its author is known from now on.</summary>
    public string? Accept(NostrEvent answer)
    {
        if (answer.Kind != Kind)
        {
            return $"an answer to the challenge is an event of kind {Kind}";
        }

        if (answer.FirstTag("challenge")?.Value != Challenge)
        {
            return "the challenge tag is not the challenge of this connection";
        }

        if (answer.FirstTag("relay")?.Value is not { } relay || !here.IsRelay(relay))
        {
            return $"the relay tag is not this relay, {here.RelayUrl}";
        }

        if ((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - answer.CreatedAt is var age && Math.Abs(age) > MostAge.TotalSeconds)
        {
            return $"created_at is more than {MostAge.TotalMinutes} minutes from now; check the clock";
        }

        if (_keys.Count == MostKeys)
        {
            return $"{MostKeys} keys are known on this connection already";
        }

        _keys = [.. _keys, answer.Author];
        return null;
    }
}
