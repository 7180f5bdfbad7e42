using System.Globalization;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Long answers that the kernel moves from git to the client.</summary>
public sealed class SplicedChunksTests
{
    private const int Megabytes = 24;

    // Chunks of Kestrel's are no longer than this.
    private const int ReadAtOnce = 256 * 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_slow_reader_gets_whole_packs_over_one_connection()
    {
        await using var scenario = await ServeLargeAsync();
        using var client = new TcpClient { ReceiveBufferSize = 8 * 1024 };
        await client.ConnectAsync(scenario.Server.Address.Host, scenario.Server.Address.Port);
        await using var stream = client.GetStream();
        for (var round = 0; round < 3; round++)
        {
            await SendAsync(scenario, stream, "HTTP/1.1");
            Assert.Contains("chunked", await ReadHeadAsync(stream), StringComparison.Ordinal);
            var (answer, longest) = await ReadChunksAsync(stream);
            await CheckAsync(scenario, answer);
            Assert.InRange(longest, ReadAtOnce + 1, int.MaxValue);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {scenario.Server.Address.Authority}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200", await ReadHeadAsync(stream), StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_a_whole_pack_without_chunks()
    {
        await using var scenario = await ServeLargeAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(scenario.Server.Address.Host, scenario.Server.Address.Port);
        await using var stream = client.GetStream();
        await SendAsync(scenario, stream, "HTTP/1.0");
        Assert.DoesNotContain("chunked", await ReadHeadAsync(stream), StringComparison.Ordinal);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer).WaitAsync(Patience);
        await CheckAsync(scenario, answer.ToArray());
    }

    [Fact]
    public async Task A_chunk_is_a_chunk_of_HTTP_and_is_counted()
    {
        using var scene = new Scene(new MinDataRate(1_000, Grace));
        await scene.MoveAsync(moved => Assert.Equal(Scene.Waiting - 4_096, moved), TimeProvider.System, CancellationToken.None);
        var count = Scene.Waiting - 4_096;
        Assert.Equal(count, scene.Counted.BytesSent);
        Assert.Equal($"{count:x}\r\n{new string('*', count)}\r\n", await scene.ReceiveAsync());
        Assert.False(scene.IsAborted);
    }

    [Fact]
    public async Task Who_takes_less_than_the_least_rate_is_disconnected()
    {
        using var scene = new Scene(new MinDataRate(1_000, Grace));
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
        using var scene = new Scene(null);
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
        using var scene = new Scene(null);
        scene.Context.Request.Protocol = protocol;
        if (isEncrypted)
        {
            scene.Context.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature());
        }

        Assert.Equal(has, SplicedChunks.Of(scene.Context, TimeProvider.System) is not null);
    }

    private static async Task<Scenario> ServeLargeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("splice(2) is of Linux");
        }

        var scenario = await Scenario.StartAsync(("CloneCache:Enabled", "false"));
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(Megabytes << 20));
        await scenario.ServeAsync();
        return scenario;
    }

    // Version 0 without side-bands: after NAK comes the bare pack.
    private static async Task SendAsync(Scenario scenario, NetworkStream stream, string protocol)
    {
        var want = $"want {await scenario.Work.OkAsync("rev-parse", "main")} ofs-delta\n";
        var body = $"{want.Length + 4:x4}{want}00000009done\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {new Uri(scenario.Url).AbsolutePath}/git-upload-pack {protocol}\r\nHost: {scenario.Server.Address.Authority}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            head.Append(await ReadLineAsync(stream));
        }

        return head.ToString();
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        do
        {
            await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            line.Append((char)one[0]);
        }
        while (one[0] != '\n');
        return line.ToString();
    }

    private static async Task<(byte[] Answer, int Longest)> ReadChunksAsync(NetworkStream stream)
    {
        using var answer = new MemoryStream();
        for (var longest = 0; ;)
        {
            var chunk = new byte[int.Parse((await ReadLineAsync(stream)).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(chunk).AsTask().WaitAsync(Patience);
            Assert.Equal("\r\n", await ReadLineAsync(stream));
            answer.Write(chunk);
            longest = Math.Max(longest, chunk.Length);
            if (chunk.Length == 0)
            {
                return (answer.ToArray(), longest);
            }
        }
    }

    private static async Task CheckAsync(Scenario scenario, byte[] answer)
    {
        Assert.Equal("0008NAK\n", Encoding.ASCII.GetString(answer, 0, 8));
        var pack = Path.Combine(scenario.Server.Folder.Path, $"{Guid.NewGuid()}.pack");
        await File.WriteAllBytesAsync(pack, answer[8..]);
        await scenario.Work.OkAsync("index-pack", "--strict", pack);
    }

    /// <summary>A request on one end of a connection, with git's output in a pipe.</summary>
    private sealed class Scene : IHttpRequestLifetimeFeature, IConnectionSocketFeature, IHttpMinResponseDataRateFeature, IDisposable
    {
        // Fits into a pipe as it is made.
        public const int Waiting = 100 * 1024;

        private readonly Socket _far;

        public Scene(MinDataRate? rate)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _far = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 * 1024 };
            _far.Connect(listener.LocalEndpoint);
            Socket = listener.AcceptSocket();
            Socket.Blocking = false;
            MinDataRate = rate;
            Context.Request.Protocol = "HTTP/1.1";
            Context.Features.Set<IHttpRequestLifetimeFeature>(this);
            Context.Features.Set<IConnectionSocketFeature>(this);
            Context.Features.Set<IHttpMinResponseDataRateFeature>(this);
            Context.Features.Set<IHttpResponseBodyFeature>(Counted = new CountedResponse(Context.Features.GetRequiredFeature<IHttpResponseBodyFeature>()));
        }

        public HttpContext Context { get; } = new DefaultHttpContext();

        public CountedResponse Counted { get; }

        public MinDataRate? MinDataRate { get; set; }

        public Socket Socket { get; }

        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;

        /// <summary>Until the socket takes no more.</summary>
        public void Fill()
        {
            Socket.SendBufferSize = 4 * 1024;
            SocketError error;
            do
            {
                Socket.Send(new byte[1 << 20], SocketFlags.None, out error);
            }
            while (error == SocketError.Success);
        }

        /// <summary>Once, and once more, which must do nothing when the client was lost.</summary>
        public async Task MoveAsync(Action<int> check, TimeProvider time, CancellationToken ended)
        {
            using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
            using var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
            await GatheringStream.ReadAsync(reader, stream =>
            {
                pipe.Write(Encoding.ASCII.GetBytes(new string('*', Waiting)));
                var chunks = SplicedChunks.Of(Context, time)!;
                Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
                chunks.Flushed(KestrelLimits.MostAhead - 1);
                Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
                chunks.Flushed(KestrelLimits.MostAhead);
                check(chunks.Move((GatheringStream)stream, ended));
                Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
                return Task.CompletedTask;
            }).WaitAsync(Patience, CancellationToken.None);
        }

        public async Task<string> ReceiveAsync()
        {
            Socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(new NetworkStream(_far), Encoding.ASCII);
            return await reader.ReadToEndAsync().WaitAsync(Patience);
        }

        public void Dispose()
        {
            _far.Dispose();
            Socket.Dispose();
        }
    }
}
