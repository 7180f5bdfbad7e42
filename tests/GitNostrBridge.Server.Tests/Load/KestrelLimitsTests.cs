using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.Server.Tests;

public sealed class KestrelLimitsTests
{
    // In all, several times what the sockets between server and client hold here and Kestrel holds before them.
    private const int Pieces = 100;
    private const int SendBytes = 64 * 1024;
    private const int ReceiveBytes = 4 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_sent_past_Kestrel_after_a_long_flush_comes_after_what_was_flushed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("splice(2) is of Linux");
        }

        await using var app = await ServeAsync();
        using var client = new TcpClient { ReceiveBufferSize = ReceiveBytes };
        await client.ConnectAsync("127.0.0.1", new Uri(app.Urls.First()).Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        var received = await new StreamReader(client.GetStream(), Encoding.ASCII).ReadToEndAsync().WaitAsync(Patience);
        var parts = received.Split('#');
        Assert.Equal(Pieces + 1, parts.Length);
        Assert.All(parts[..Pieces], part => Assert.Equal(KestrelLimits.MostAhead, part.Count(one => one == '*')));
    }

    private static async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        KestrelLimits.Apply(builder.WebHost, new LimitOptions());
        var app = builder.Build();
        app.Run(WriteAsync);
        await app.StartAsync();
        return app;
    }

    // As the pump of packs does it, on a thread that may wait.
    private static async Task WriteAsync(HttpContext context)
    {
        var socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        socket.SendBufferSize = SendBytes;
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        await GatheringStream.ReadAsync(reader, stream =>
        {
            var piece = Encoding.ASCII.GetBytes(new string('*', KestrelLimits.MostAhead));
            for (var number = 0; number < Pieces; number++)
            {
                context.Response.BodyWriter.WriteAsync(piece, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                Assert.True(((GatheringStream)stream).TryMove(socket.SafeHandle, "#"u8, 0, "#"u8[1..], () => true));
            }

            return Task.CompletedTask;
        });
    }
}
