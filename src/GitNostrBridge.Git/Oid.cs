using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace GitNostrBridge.Git;

/// <summary>A git object id: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits.</summary>
public readonly record struct Oid
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private static readonly string ZeroHex = new('0', 40);

    private readonly string? _hex;

    private Oid(string hex) => _hex = hex;

    /// <summary>The id of no object, which stands for an absent ref.</summary>
    public static Oid Zero => default;

    /// <summary>The hex digits.</summary>
    public string Hex => _hex ?? ZeroHex;

    /// <summary>Whether this is the id of no object, in either length.</summary>
    public bool IsZero => _hex is null;

    /// <summary>Reads 40 or 64 lower-case hex digits; abbreviations and upper case are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Oid oid)
    {
        var valid = text is { Length: 40 or 64 } && !text.AsSpan().ContainsAnyExcept(LowerHex);
        oid = valid && text!.AsSpan().ContainsAnyExcept('0') ? new Oid(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
