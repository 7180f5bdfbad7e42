using System.Text;

namespace GitNostrBridge.Storage;

/// <summary>Values that the database keeps as bytes, as parameters of statements.</summary>
/// <remarks>Typed `object`, because Dapper.AOT 1.1.0 takes a parameter of type `byte[]` for a list and spreads it out (DapperAOT issue 226).</remarks>
internal static class Blob
{
    /// <summary>The 32 bytes of an id.</summary>
    public static object Of(EventId id) => id.ToBytes();

    /// <summary>The 32 bytes of a key.</summary>
    public static object Of(PublicKey key) => key.ToBytes();

    /// <summary>A text that must compare byte by byte, even behind a NUL.</summary>
    public static object Of(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>An event's JSON.</summary>
    public static object Of(ReadOnlyMemory<byte> json) => json.ToArray();

    /// <summary>The identifier of an event's address, or null.</summary>
    public static object? IdentifierOf(NostrEvent nostrEvent) => EventAddress.Of(nostrEvent) is { } address ? Of(address.Identifier) : null;
}
