using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.TestKit;

/// <summary>A collector of OpenTelemetry (OTLP over HTTP) on a loopback port, which keeps what it gets.</summary>
public sealed class FakeCollector : IAsyncDisposable
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    // Field 5 of a span in opentelemetry/proto/trace/v1/trace.proto, a text: its name.
    private const byte NameOfSpan = 0x2A;

    private readonly WebApplication _web;
    private readonly Lock _gate = new();
    private readonly List<(string Path, byte[] Body)> _received = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeCollector(WebApplication web) => _web = web;

    /// <summary>Where it listens.</summary>
    public string Address => _web.Urls.First();

    /// <summary>Starts one.</summary>
    public static async Task<FakeCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new FakeCollector(builder.Build());
        collector._web.MapPost("/{**path}", (RequestDelegate)collector.KeepAsync);
        await collector._web.StartAsync();
        return collector;
    }

    /// <summary>Waits for a span of that name.</summary>
    public Task SpanAsync(string name) => ReceivedAsync("/v1/traces", [NameOfSpan, (byte)name.Length, .. Encoding.UTF8.GetBytes(name)], name);

    /// <summary>Waits for a log record with that text in it.</summary>
    public Task LogAsync(string text) => ReceivedAsync("/v1/logs", Encoding.UTF8.GetBytes(text), text);

    /// <summary>Whether these bytes are in anything that has come so far.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var (_, body) in _received)
            {
                if (body.AsSpan().IndexOf(bytes) >= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task ReceivedAsync(string path, byte[] wanted, string name)
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_received.Any(request => request.Path == path && request.Body.AsSpan().IndexOf(wanted) >= 0))
                {
                    return;
                }

                arrival = _arrival.Task;
            }

            try
            {
                await arrival.WaitAsync(timeOut.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"`{name}` did not come to {path}");
            }
        }
    }

    private async Task KeepAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_gate)
        {
            _received.Add((context.Request.Path, body.ToArray()));
            _arrival.SetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
