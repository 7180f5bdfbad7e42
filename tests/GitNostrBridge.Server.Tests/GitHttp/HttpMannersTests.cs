using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitNostrBridge.Server.Tests;

/// <summary>Methods, encodings and headers, as clients, browsers and caches meet them (R2, R19, R40).</summary>
public sealed class HttpMannersTests
{
    private const string Advertisement = "/info/refs?service=git-upload-pack";

    [Theory]
    [InlineData("POST", Advertisement, "GET, HEAD")]
    [InlineData("DELETE", Advertisement, "GET, HEAD")]
    [InlineData("GET", "/git-upload-pack", "POST")]
    [InlineData("PUT", "/git-upload-pack", "POST")]
    [InlineData("GET", "/git-receive-pack", "POST")]
    [InlineData("POST", "", "GET, HEAD")]
    public async Task A_wrong_method_is_405_and_says_what_is_right(string method, string rest, string allowed)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var answer = await RawRequest.SendAsync(scenario.Server, method, new Uri(scenario.Url).AbsolutePath + rest);
        Assert.Equal((405, allowed), (answer.Status, answer.Headers["Allow"]));
        AssertCors(answer);
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("GET", "{path}", 200)]
    [InlineData("GET", "{path}" + Advertisement, 200)]
    [InlineData("GET", "{path}/info/refs?service=git-receive-pack", 200)]
    [InlineData("POST", "{path}/git-receive-pack", 200)]
    [InlineData("POST", "{path}/git-upload-pack", 415, "Content-Encoding: br")]
    [InlineData("POST", "{path}/git-receive-pack", 415, "Content-Encoding: deflate")]
    [InlineData("OPTIONS", "/", 204)]
    [InlineData("OPTIONS", "/nothing/at/all", 204)]
    [InlineData("OPTIONS", "{path}/git-receive-pack", 204, "Access-Control-Request-Method: POST", "Origin: https://example.com")]
    public async Task Every_answer_may_be_read_by_any_web_page(string method, string target, int status, params string[] headers)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var answer = await RawRequest.SendAsync(scenario.Server, method, target.Replace("{path}", new Uri(scenario.Url).AbsolutePath, StringComparison.Ordinal), headers);
        Assert.Equal(status, answer.Status);
        AssertCors(answer);
        Assert.True(method != "OPTIONS" || answer.Body.Length == 0);
    }

    [Theory]
    [InlineData("git-upload-pack", "")]
    [InlineData("git-receive-pack", "")]
    [InlineData("git-upload-pack", "Git-Protocol: version=2")]
    public async Task HEAD_on_the_advertisement_has_the_headers_of_GET_and_no_body(string service, string header)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var target = $"{new Uri(scenario.Url).AbsolutePath}/info/refs?service={service}";
        var head = await RawRequest.SendAsync(scenario.Server, "HEAD", target, header.Length > 0 ? [header] : []);
        var get = await RawRequest.SendAsync(scenario.Server, "GET", target, header.Length > 0 ? [header] : []);
        Assert.Equal((200, "", $"application/x-{service}-advertisement"), (head.Status, head.Body, head.Headers["Content-Type"]));
        Assert.Equal((200, $"application/x-{service}-advertisement"), (get.Status, get.Headers["Content-Type"]));
        Assert.NotEqual("", get.Body);
    }

    [Theory]
    [InlineData("GET", "{path}")]
    [InlineData("GET", "{path}" + Advertisement)]
    [InlineData("POST", "{path}/git-receive-pack")]
    [InlineData("GET", "/npub1nobody/nothing.git" + Advertisement)]
    public async Task Nothing_of_the_git_half_is_cached(string method, string target)
    {
        // Not even a 404: the repository may be announced a second later.
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var answer = await RawRequest.SendAsync(scenario.Server, method, target.Replace("{path}", new Uri(scenario.Url).AbsolutePath, StringComparison.Ordinal));
        Assert.Contains("no-cache", answer.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git-upload-pack")]
    [InlineData("git-receive-pack")]
    public async Task A_damaged_gzip_body_is_400(string service)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var zipped = Zip(Encoding.ASCII.GetBytes("0014command=ls-refs\n0000"));
        zipped[12] ^= 0xff;
        zipped[13] ^= 0xff;
        foreach (var body in (byte[][])[Encoding.ASCII.GetBytes("this is no gzip"), zipped])
        {
            var answer = await RawRequest.SendAsync(
                scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/{service}", body, "Content-Encoding: gzip", "Git-Protocol: version=2");
            Assert.Equal(400, answer.Status);
            AssertCors(answer);
        }

        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData(20 << 20, int.MaxValue)]
    [InlineData(900_000, 800_000)]
    public async Task A_gzip_body_that_inflates_beyond_measure_is_413(int size, int mostBytes)
    {
        var zipped = Zip(new byte[size]);
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(zipped);
        context.Request.Headers.ContentEncoding = "gzip";
        await using var body = RequestBody.Open(context, mostBytes)!.AsStream();
        var failure = await Assert.ThrowsAsync<BadHttpRequestException>(() => body.CopyToAsync(Stream.Null));
        Assert.Equal(413, failure.StatusCode);
    }

    [Fact]
    public async Task The_answer_to_a_bomb_that_is_no_push_arrives_although_most_of_it_is_never_inflated()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        var answer = await RawRequest.SendAsync(
            scenario.Server, "POST", $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack", Zip(Enumerable.Repeat((byte)'1', 20 << 20).ToArray()), "Content-Encoding: gzip");
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("ERR ", answer.Body[4..], StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            gzip.Write(body);
        }

        return zipped.ToArray();
    }

    private static void AssertCors(RawAnswer answer)
    {
        Assert.Equal("*", answer.Headers["Access-Control-Allow-Origin"]);
        Assert.Contains("GET, POST", answer.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Contains("Content-Type", answer.Headers["Access-Control-Allow-Headers"], StringComparison.Ordinal);
    }
}
