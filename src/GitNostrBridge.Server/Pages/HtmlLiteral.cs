using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace GitNostrBridge.Server;

/// <summary>Collects an interpolated string as HTML: its literal parts are markup, its values text.</summary>
/// <param name="literalLength">The characters of markup.</param>
/// <param name="valueCount">How many values there are.</param>
[InterpolatedStringHandler]
public readonly ref struct HtmlLiteral(int literalLength, int valueCount)
{
    private const int TypicalValueLength = 24;

    // Letters of all scripts stay as they are; what means something to a browser never does.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup = new(literalLength + (valueCount * TypicalValueLength));

    /// <summary>Adds markup.</summary>
    public void AppendLiteral(string markup) => _markup.Append(markup);

    /// <summary>Adds what is HTML already.</summary>
    public void AppendFormatted(Html html) => _markup.Append(html);

    /// <summary>Adds text, also inside of a quoted attribute.</summary>
    public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(text ?? ""));

    /// <summary>Adds a number with commas between the thousands.</summary>
    public void AppendFormatted(long number) => AppendFormatted(number.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>Adds an instant.</summary>
    public void AppendFormatted(DateTime instant, string format) => AppendFormatted(instant.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>What has been collected.</summary>
    public override string ToString() => _markup.ToString();
}
