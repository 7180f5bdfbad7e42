namespace GitNostrBridge.Server;

/// <summary>HTML that is safe to send. It is made only from literals, whose values are escaped unless they are HTML themselves.</summary>
public sealed class Html
{
    private readonly string _text;

    private Html(string text) => _text = text;

    /// <summary>No HTML at all.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Such as `Html.Of($"&lt;p&gt;{text}&lt;/p&gt;")`.</summary>
    public static Html Of(HtmlLiteral literal) => new(literal.ToString());

    /// <summary>One part after the other, a line each.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Join('\n', parts));

    /// <summary>A text in the typeface of code.</summary>
    public static Html Code(string text) => Of($"<code>{text}</code>");

    /// <summary>An instant, exact for machines and to the minute for people.</summary>
    public static Html Time(DateTimeOffset instant) => Of($"<time datetime=\"{instant.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">{instant.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time>");

    /// <summary>The same of unix seconds, which whoever signed may have made up.</summary>
    public static Html Time(long second) => Time(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(second, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())));

    /// <summary>A section under a heading; none when there is nothing to tell.</summary>
    /// <param name="id">Its name for links, and the heading's.</param>
    /// <param name="title">The heading.</param>
    /// <param name="content">What follows.</param>
    public static Html Section(string id, string title, Html content) => content._text.Length == 0 ? Empty : Of(
        $"""
        <section id="{id}" aria-labelledby="{id}-title">
        <h2 id="{id}-title">{title}</h2>
        {content}
        </section>
        """);

    /// <summary>The markup.</summary>
    public override string ToString() => _text;
}
