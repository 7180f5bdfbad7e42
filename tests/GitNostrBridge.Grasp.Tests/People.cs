using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp.Tests;

/// <summary>Keys with names.</summary>
internal static class People
{
    public static readonly PublicKey Alice = Key("aa");
    public static readonly PublicKey Bob = Key("bb");
    public static readonly PublicKey Carol = Key("cc");
    public static readonly PublicKey Dave = Key("dd");
    public static readonly PublicKey Erin = Key("ee");

    public static PublicKey Key(string start) => PublicKey.TryParse(start.PadRight(64, '0'), out var key) ? key : throw new ArgumentException(start);

    public static PublicKey Numbered(int number) => Key(number.ToString("x8"));

    /// <summary>A key by its name in a table row.</summary>
    public static PublicKey Named(string name) => name switch
    {
        "alice" => Alice,
        "bob" => Bob,
        "carol" => Carol,
        "dave" => Dave,
        "erin" => Erin,
        _ => throw new ArgumentException(name),
    };
}
