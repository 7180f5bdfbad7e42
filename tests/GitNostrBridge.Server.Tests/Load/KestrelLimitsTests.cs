using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Server.Tests;

public sealed class KestrelLimitsTests
{
    // More than the sockets between server and client hold here and Kestrel holds before them.
    private const int Pieces = 60;
    private const int PieceBytes = KestrelLimits.MostAhead;
    private const int SendBytes = 256 * 1024;
    private const int ReceiveBytes = 4 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_flushed_in_long_pieces_is_in_the_socket()
    {
        var written = new Written();
        await using var app = await ServeAsync(written);
        using var client = new TcpClient { ReceiveBufferSize = ReceiveBytes };
        await client.ConnectAsync("127.0.0.1", new Uri(app.Urls.First()).Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        // What is ahead of the socket when the connection is cut is lost, and what is in it arrives.
        await written.Full.Task.WaitAsync(Patience);
        var flushed = written.Flushed;
        written.Cut.SetResult();
        var received = await new StreamReader(client.GetStream(), Encoding.ASCII).ReadToEndAsync().WaitAsync(Patience);
        Assert.InRange(flushed, 1, Pieces - 1);
        Assert.InRange(received.Count(one => one == '*'), flushed * PieceBytes, Pieces * PieceBytes);
    }

    private static async Task<WebApplication> ServeAsync(Written written)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        KestrelLimits.Apply(builder.WebHost, new LimitOptions());
        var app = builder.Build();
        app.Run(async context =>
        {
            var socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
            socket.SendBufferSize = SendBytes;
            var writing = written.WriteAsync(context.Response.BodyWriter, Pieces, Encoding.ASCII.GetBytes(new string('*', PieceBytes)));

            // Full is what takes nothing more for long; when this is cut is for the test's power only, not for what it shows.
            for (var (looks, seen) = (0, -1); looks < 10_000 && !writing.IsCompleted; looks++)
            {
                (looks, seen) = seen == written.Flushed && !socket.Poll(0, SelectMode.SelectWrite) ? (looks, seen) : (0, written.Flushed);
                await Task.Yield();
            }

            written.Full.SetResult();
            await written.Cut.Task;
            socket.Shutdown(SocketShutdown.Send);
            await writing;
        });
        await app.StartAsync();
        return app;
    }

    private sealed class Written
    {
        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cut { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Flushed { get; private set; }

        public async Task WriteAsync(System.IO.Pipelines.PipeWriter body, int pieces, byte[] piece)
        {
            for (var number = 0; number < pieces && !(await body.WriteAsync(piece)).IsCompleted; number++)
            {
                Flushed = number + 1;
            }
        }
    }
}
