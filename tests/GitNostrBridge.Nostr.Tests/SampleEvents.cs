using System.Security.Cryptography;

namespace GitNostrBridge.Nostr.Tests;

/// <summary>Genuine events for tests, signed by one key.</summary>
internal static class SampleEvents
{
    public static readonly SecretKey Alice = Key("67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa");
    public static readonly SecretKey Bob = Key("b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef");

    private static readonly EventSigner Signer = new(Schnorr.Best, RandomNumberGenerator.Create());

    public static NostrEvent Sign(
        SecretKey? key = null, int kind = 1, long createdAt = 1_700_000_000, IReadOnlyList<EventTag>? tags = null, string content = "hello") =>
        Signer.Sign(key ?? Alice, kind, createdAt, tags ?? [], content);

    private static SecretKey Key(string hex) => SecretKey.TryParse(hex, out var key) ? key : throw new ArgumentException(hex);
}
