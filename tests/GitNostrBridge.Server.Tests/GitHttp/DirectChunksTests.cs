using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Long answers that the kernel takes from git, from a file, or from where all share them, and gives to the client.</summary>
public sealed class DirectChunksTests
{
    private const int Megabytes = 8;

    // Chunks of Kestrel's are no longer than this.
    private const int ReadAtOnce = 256 * 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_slow_reader_gets_whole_packs_over_one_connection()
    {
        await using var scenario = await ServeLargeAsync(isStored: false);
        await using var reader = await SlowReader.ConnectAsync(scenario);
        for (var round = 0; round < 3; round++)
        {
            var (answer, longest) = await reader.AskAsync(await CloneAsync(scenario));
            await CheckAsync(scenario, answer);
            Assert.InRange(longest, ReadAtOnce + 1, int.MaxValue);
        }

        await reader.CheckAsync();
    }

    [Fact]
    public async Task A_slow_reader_gets_the_same_stored_pack_again_and_again_over_one_connection()
    {
        await using var scenario = await ServeLargeAsync(isStored: true);
        await using var reader = await SlowReader.ConnectAsync(scenario);
        var clone = await CloneAsync(scenario);
        var answers = new List<byte[]>();
        for (var round = 0; round < 4; round++)
        {
            answers.Add((await reader.AskAsync(clone)).Answer);
        }

        // The first goes straight through, the second is stored.
        await CheckAsync(scenario, answers[1]);
        Assert.Equal(answers[1], answers[2]);
        Assert.Equal(answers[1], answers[3]);
        await reader.CheckAsync();
    }

    [Fact]
    public async Task A_slow_reader_gets_all_of_many_refs_over_one_connection()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.ServeAsync();
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier).Path;
        var refs = $"# pack-refs with: peeled fully-peeled sorted \n{string.Concat(Enumerable.Range(10_000, 5_000).Select(number => $"{main} refs/heads/branch-{number}\n"))}{main} refs/heads/main\n";
        await File.WriteAllTextAsync(Path.Combine(repository, "packed-refs"), refs);
        var expected = await scenario.Work.OkAsync("upload-pack", "--http-backend-info-refs", repository);

        await using var reader = await SlowReader.ConnectAsync(scenario);
        for (var round = 0; round < 3; round++)
        {
            var (answer, longest) = await reader.AskAsync(Request("GET", $"{RepositoryPath(scenario)}/info/refs?service=git-upload-pack", ""));

            // Before the second line come the service's name and the capabilities.
            Assert.Equal(expected.Split('\n').Skip(1), Encoding.ASCII.GetString(answer).Split('\n').Skip(2));
            Assert.InRange(longest, DirectChunks.WorthBytes, int.MaxValue);
        }

        await reader.CheckAsync();
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_a_whole_pack_without_chunks()
    {
        await using var scenario = await ServeLargeAsync(isStored: false);
        using var client = new TcpClient();
        await client.ConnectAsync(scenario.Server.Address.Host, scenario.Server.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes((await CloneAsync(scenario)).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal)));
        Assert.DoesNotContain("chunked", await SlowReader.ReadHeadAsync(stream), StringComparison.Ordinal);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer).WaitAsync(Patience);
        await CheckAsync(scenario, answer.ToArray());
    }

    [Fact]
    public async Task A_client_who_takes_nothing_is_given_no_more_than_a_piece_of_what_is_shared()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));
        var answer = RandomNumberGenerator.GetBytes(1_000_000);
        var writing = GitResponse.WriteAsync(context, answer, TimeProvider.System);

        Assert.False(writing.IsCompleted);
        Assert.True(pipe.Reader.TryRead(out var read));
        Assert.InRange(read.Buffer.Length, 1, KestrelLimits.MostAhead);
        pipe.Reader.AdvanceTo(read.Buffer.Start);
        using var taken = new MemoryStream();
        var taking = pipe.Reader.CopyToAsync(taken);
        await writing.WaitAsync(Patience);
        await pipe.Writer.CompleteAsync();
        await taking.WaitAsync(Patience);
        Assert.Equal(answer, taken.ToArray());
        Assert.Equal(answer.Length, context.Response.ContentLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_shared_or_stored_goes_in_pieces_that_are_chunks_of_HTTP_and_are_counted(bool isStored)
    {
        using var scene = new ConnectionScene(new MinDataRate(1_000, Grace));
        using var source = new AnswerSource(isStored, 400_000);
        var chunks = DirectChunks.Of(scene.Context, TimeProvider.System)!;
        Assert.Equal(0, await source.SendAsync(chunks, 0));
        chunks.Flushed(KestrelLimits.MostAhead);
        var receiving = scene.ReceiveAsync();
        Assert.Equal(256 * 1024, await source.SendAsync(chunks, 0).AsTask().WaitAsync(Patience));
        Assert.Equal(400_000 - (256 * 1024), await source.SendAsync(chunks, 256 * 1024).AsTask().WaitAsync(Patience));
        Assert.Equal(0, await source.SendAsync(chunks, 400_000 - 1_000));
        scene.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal($"40000\r\n{source.Text[..0x40000]}\r\n21a80\r\n{source.Text[0x40000..]}\r\n", await receiving);
        Assert.Equal(400_000, scene.Counted.BytesSent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_takes_less_of_what_is_shared_or_stored_than_the_least_rate_is_disconnected(bool isStored)
    {
        using var scene = new ConnectionScene(new MinDataRate(1_000, Grace));
        using var source = new AnswerSource(isStored, 100_000);
        scene.Fill();
        var time = new FakeTimeProvider();
        var chunks = DirectChunks.Of(scene.Context, time)!;
        chunks.Flushed(KestrelLimits.MostAhead);
        var sending = source.SendAsync(chunks, 0).AsTask();
        time.Advance(TimeSpan.FromSeconds(119.9));
        Assert.False(scene.IsAborted);
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await sending.WaitAsync(Patience, TimeProvider.System);
        Assert.True(scene.IsAborted);
        Assert.Equal(0, await source.SendAsync(chunks, 0));
    }

    [Fact]
    public async Task A_chunk_is_a_chunk_of_HTTP_and_is_counted()
    {
        using var scene = new ConnectionScene(new MinDataRate(1_000, Grace));
        await scene.MoveAsync(moved => Assert.Equal(ConnectionScene.Waiting - 4_096, moved), TimeProvider.System, CancellationToken.None);
        var count = ConnectionScene.Waiting - 4_096;
        Assert.Equal(count, scene.Counted.BytesSent);
        scene.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal($"{count:x}\r\n{new string('*', count)}\r\n", await scene.ReceiveAsync());
        Assert.False(scene.IsAborted);
    }

    [Fact]
    public async Task Who_takes_less_than_the_least_rate_is_disconnected()
    {
        using var scene = new ConnectionScene(new MinDataRate(1_000, Grace));
        scene.Fill();

        // The 96 seconds that the bytes may take, and the grace, are over at the third look.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(50) };
        var begun = time.GetTimestamp();
        await scene.MoveAsync(_ => Assert.True(scene.IsAborted), time, CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(5 * 50), time.GetElapsedTime(begun));
    }

    [Fact]
    public async Task Nobody_waits_for_a_client_when_the_request_is_over()
    {
        using var scene = new ConnectionScene(null);
        scene.Fill();
        await scene.MoveAsync(_ => Assert.True(scene.IsAborted), TimeProvider.System, new CancellationToken(canceled: true));
    }

    [Theory]
    [InlineData("HTTP/1.1", false, true)]
    [InlineData("HTTP/1.0", false, false)]
    [InlineData("HTTP/2", false, false)]
    [InlineData("HTTP/1.1", true, false)]
    public void Only_plain_HTTP_1_1_has_the_way(string protocol, bool isEncrypted, bool has)
    {
        using var scene = new ConnectionScene(null);
        scene.Context.Request.Protocol = protocol;
        if (isEncrypted)
        {
            scene.Context.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature());
        }

        Assert.Equal(has, DirectChunks.Of(scene.Context, TimeProvider.System) is not null);
    }

    private static async Task<Scenario> ServeLargeAsync(bool isStored)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("splice(2) is of Linux");
        }

        var scenario = await Scenario.StartAsync(("CloneCache:Enabled", isStored ? "true" : "false"));
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(Megabytes << 20));
        await scenario.ServeAsync();
        return scenario;
    }

    // Version 0 without side-bands: after NAK comes the bare pack.
    private static async Task<string> CloneAsync(Scenario scenario)
    {
        var want = $"want {await scenario.Work.OkAsync("rev-parse", "main")} ofs-delta\n";
        return Request("POST", $"{RepositoryPath(scenario)}/git-upload-pack", $"{want.Length + 4:x4}{want}00000009done\n");
    }

    private static string RepositoryPath(Scenario scenario) => new Uri(scenario.Url).AbsolutePath;

    private static string Request(string method, string path, string body) =>
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static async Task CheckAsync(Scenario scenario, byte[] answer)
    {
        Assert.Equal("0008NAK\n", Encoding.ASCII.GetString(answer, 0, 8));
        var pack = Path.Combine(scenario.Server.Folder.Path, $"{Guid.NewGuid()}.pack");
        await File.WriteAllBytesAsync(pack, answer[8..]);
        await scenario.Work.OkAsync("index-pack", "--strict", pack);
    }
}
