using CsCheck;

namespace GitNostrBridge.Nostr.Tests;

/// <summary>Random texts of valid Unicode, with much of what JSON writers stumble over.</summary>
internal static class Texts
{
    private static readonly Gen<int> CodePoint = Gen.OneOf(
        Gen.Int[0, 0x7f],
        Gen.OneOf<int>('"', '\\', '/', '<', '>', '&', '\'', '\n', '\r', '\t', '\b', '\f', 0x7f, 0x85, 0xa0, 0x2028, 0x2029, 0xfeff, 0xfffd),
        Gen.Int[0x80, 0xd7ff],
        Gen.Int[0xe000, 0x10ffff]);

    public static readonly Gen<string> Any = CodePoint.Array[0, 30].Select(points => string.Concat(points.Select(char.ConvertFromUtf32)));

    public static readonly Gen<IReadOnlyList<EventTag>> Tags =
        Any.Array[0, 4].Select(items => new EventTag(items)).Array[0, 4].Select(IReadOnlyList<EventTag> (tags) => tags);
}
