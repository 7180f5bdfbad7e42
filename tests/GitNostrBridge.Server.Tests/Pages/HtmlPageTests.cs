using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>What all pages have in common.</summary>
public sealed class HtmlPageTests
{
    [Fact]
    public void Values_are_text_and_only_literals_are_markup()
    {
        const string Evil = "<b title='x'>\"&";
        Assert.Equal("<p>&lt;b title=&#x27;x&#x27;&gt;&quot;&amp;</p>", Html.Of($"<p>{Evil}</p>").ToString());
        Assert.Equal("<p><code>&lt;</code></p>", Html.Of($"<p>{Html.Code("<")}</p>").ToString());
        Assert.Equal("grüße 日本", Html.Of($"{"grüße 日本"}").ToString());
        Assert.Equal("1,234", Html.Of($"{1234}").ToString());
    }

    [Fact]
    public void An_instant_that_somebody_made_up_is_shown_as_one()
    {
        Assert.Equal("<time datetime=\"1970-01-01T00:00:00Z\">1970-01-01 00:00 UTC</time>", Html.Time(long.MinValue).ToString());
        Assert.Contains("9999-12-31", Html.Time(long.MaxValue).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/no-such-page")]
    public async Task Every_page_lets_browsers_run_nothing_and_load_nothing_from_elsewhere(string path)
    {
        await using var server = RunningServer.Start();
        var page = await RawRequest.SendAsync(server, "GET", path, "Accept: text/html");
        Assert.Equal("text/html; charset=utf-8", page.Headers["Content-Type"]);
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            page.Headers["Content-Security-Policy"]);
        Assert.Equal(("nosniff", "no-referrer"), (page.Headers["X-Content-Type-Options"], page.Headers["Referrer-Policy"]));
        foreach (var forbidden in (string[])["<script", "style=\"", "<style", " onclick"])
        {
            Assert.DoesNotContain(forbidden, page.Body, StringComparison.Ordinal);
        }

        foreach (var expected in (string[])["<html lang=\"en\">", "<title>", "<main id=\"content\"", "href=\"#content\"", "<h1>", "<footer>"])
        {
            Assert.Contains(expected, page.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/", "text/css; charset=utf-8", "style.css")]
    [InlineData("/below/here", "image/svg+xml", "icon.svg")]
    public async Task What_a_page_needs_is_served_beside_it_and_may_be_kept(string basePath, string contentType, string name)
    {
        await using var server = RunningServer.Start(("Grasp:BasePath", basePath));
        var page = await RawRequest.SendAsync(server, "GET", basePath, "Accept: text/html");
        var start = page.Body.IndexOf($"{basePath.TrimEnd('/')}/{name}?v=", StringComparison.Ordinal);
        Assert.True(start > 0, page.Body);
        var link = page.Body[start..page.Body.IndexOf('"', start)];

        var asset = await RawRequest.SendAsync(server, "GET", link);

        Assert.Equal((200, contentType), (asset.Status, asset.Headers["Content-Type"]));
        Assert.Contains("immutable", asset.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.True(asset.Body.Length > 100);
        Assert.Empty((await RawRequest.SendAsync(server, "HEAD", link)).Body);
        Assert.Empty((await RawRequest.SendAsync(server, "HEAD", basePath, "Accept: text/html")).Body);
    }
}
