using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitNostrBridge.Server.Tests;

/// <summary>SIGTERM to a real process: what runs finishes, new work is refused, sockets are closed in order, and it ends well.</summary>
public sealed class GracefulStopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_push_in_flight_completes_new_work_is_refused_and_sockets_are_told(string signal)
    {
        await using var scene = await PushInFlight.BeginAsync();
        var server = scene.Server;
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws" }.Uri, CancellationToken.None);

        await server.SignalAsync(signal);
        await server.LineAsync("Stopping: 1 git requests run");
        using var http = new HttpClient();
        var readiness = await http.GetAsync(new Uri(server.Address, "readyz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, readiness.StatusCode);
        Assert.Contains("\"phase\":\"draining\"", await readiness.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var refused = await http.GetAsync(new Uri($"{scene.Url}/info/refs?service=git-upload-pack"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var late = new ClientWebSocket();
        Assert.Contains("503", (await Assert.ThrowsAsync<WebSocketException>(() => late.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws" }.Uri, CancellationToken.None))).Message, StringComparison.Ordinal);

        scene.SendTheRest();
        Assert.Contains("ok refs/heads/main", await scene.AnswerAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await CloseStatusAsync(socket));
        Assert.Equal(0, (await server.ExitAsync()).Code);

        await using var again = await scene.RestartAsync();
        await using var relay = await again.ConnectAsync();
        Assert.True(await relay.IsServedAsync(scene.State));
    }

    [Fact]
    public async Task A_signal_while_it_starts_ends_it_when_it_has_started()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var limits = new CurrentLimits(new LimitOptions());
        var draining = new Draining(new Readiness(), limits, TimeProvider.System);
        using var stop = new GracefulStop(draining, limits, lifetime, NullLogger<GracefulStop>.Instance);
        var ending = stop.EndAsync();
        Assert.True(draining.HasBegun);
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        lifetime.NotifyStarted();
        await ending.WaitAsync(Patience);
        Assert.True(lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var scene = await PushInFlight.BeginAsync();
        await scene.Server.SignalAsync("TERM");
        await scene.Server.LineAsync("Stopping: 1 git requests run");
        await scene.Server.SignalAsync("TERM");
        Assert.NotEqual(0, (await scene.Server.ExitAsync()).Code);
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_cut_off_and_the_end_is_still_a_good_one()
    {
        await using var scene = await PushInFlight.BeginAsync("--Limits:DrainSeconds=0");
        await scene.Server.SignalAsync("TERM");
        await scene.Server.LineAsync("1 git requests have not finished in time");
        Assert.Equal(0, (await scene.Server.ExitAsync()).Code);
    }

    private static async Task<WebSocketCloseStatus?> CloseStatusAsync(ClientWebSocket socket)
    {
        using var timeOut = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer, timeOut.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeOut.Token);
        return socket.CloseStatus;
    }

    /// <summary>A server that has got half of a push's pack, and a client who waits with the rest.</summary>
    private sealed class PushInFlight : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();

        private readonly Person _owner = new();

        private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly HttpClient _http = new();

        private Task<string> _answer = Task.FromResult("");

        public ChildServer Server { get; private set; } = null!;

        public NostrEvent State { get; private set; } = null!;

        public string Url => $"{Server.Address}{_owner.Npub}/project.git";

        public static async Task<PushInFlight> BeginAsync(params string[] settings)
        {
            var scene = new PushInFlight();
            var work = await WorkRepository.CreateAsync(scene._folder);
            await work.CommitAsync(new string('x', 10_000));
            scene.Server = await scene.ListenAsync(settings);
            scene.State = scene._owner.State("project", await work.RefsAsync());
            await using (var relay = await scene.Server.ConnectAsync())
            {
                Assert.True((await relay.PublishAsync(scene._owner.Announce(new ServiceAddress("https", "grasp.example", "/"), "project"))).Accepted);
                Assert.True((await relay.PublishAsync(scene.State)).Accepted);
            }

            scene._answer = scene.PushAsync(await BodyAsync(scene._folder, work));
            await scene.UntilGitReadsAsync();
            return scene;
        }

        public Task<ChildServer> RestartAsync() => ListenAsync();

        public void SendTheRest() => _rest.TrySetResult();

        public Task<string> AnswerAsync() => _answer.WaitAsync(Patience);

        public async ValueTask DisposeAsync()
        {
            _rest.TrySetResult();
            await Server.DisposeAsync();
            await _answer.ContinueWith(_ => { }, TaskScheduler.Default);
            _http.Dispose();
            _folder.Dispose();
        }

        private Task<ChildServer> ListenAsync(params string[] settings) =>
            ChildServer.ListenAsync(_folder.Sub("run"), new Dictionary<string, string>(), ["--Urls=http://127.0.0.1:0", "--Grasp:Domain=grasp.example", .. settings]);

        private async Task<string> PushAsync(byte[] body)
        {
            using var content = new HalvedContent(body, _rest.Task);
            content.Headers.ContentType = new("application/x-git-receive-pack-request");
            using var response = await _http.PostAsync(new Uri($"{Url}/git-receive-pack"), content);
            return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        }

        // git makes its quarantine once it reads the pack.
        private async Task UntilGitReadsAsync()
        {
            using var timeOut = new CancellationTokenSource(Patience);
            var objects = _folder.Sub("run", "data", "git", _owner.Npub, "project.git", "objects");
            while (!Directory.EnumerateDirectories(objects, "tmp_objdir-incoming-*").Any())
            {
                timeOut.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        private static async Task<byte[]> BodyAsync(TestFolder folder, WorkRepository work)
        {
            var commit = (await work.OkAsync("rev-parse", "main")).Trim();
            await work.OkAsync("pack-objects", "--quiet", "--all", folder.Sub("push"));
            var body = new ArrayBufferWriter<byte>();
            PktLine.Write(body, Encoding.UTF8.GetBytes($"{new string('0', 40)} {commit} refs/heads/main\0report-status"));
            body.Write("0000"u8);
            body.Write(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(folder.Path, "push-*.pack"))));
            return body.WrittenSpan.ToArray();
        }

        private sealed class HalvedContent(byte[] body, Task rest) : HttpContent
        {
            protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            {
                await stream.WriteAsync(body.AsMemory(0, body.Length - 30));
                await stream.FlushAsync();
                await rest;
                await stream.WriteAsync(body.AsMemory(body.Length - 30));
            }

            protected override bool TryComputeLength(out long length)
            {
                length = body.Length;
                return true;
            }
        }
    }
}
