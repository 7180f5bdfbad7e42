namespace GitNostrBridge.Nostr;

/// <summary>placeholder of the scaffold</summary>
public static class Bech32
{
    /// <summary>.</summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <summary>.</summary>
    public static bool TryDecode(string prefix, string text, out byte[] bytes) => throw new NotSupportedException();
}
