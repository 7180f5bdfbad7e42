using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace GitNostrBridge.Server.Tests;

/// <summary>A request on one end of a connection, with git's output in a pipe.</summary>
internal sealed class ConnectionScene : IHttpRequestLifetimeFeature, IConnectionSocketFeature, IHttpMinResponseDataRateFeature, IDisposable
{
    // Fits into a pipe as it is made.
    public const int Waiting = 100 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _far;

    public ConnectionScene(MinDataRate? rate)
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

    /// <summary>As Kestrel does it.</summary>
    public void Abort()
    {
        IsAborted = true;
        Socket.Dispose();
    }

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
            var chunks = DirectChunks.Of(Context, time)!;
            Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
            chunks.Flushed(KestrelLimits.MostAhead - 1);
            Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
            chunks.Flushed(KestrelLimits.MostAhead);
            check(chunks.Move((GatheringStream)stream, ended));
            Assert.Equal(0, chunks.Move((GatheringStream)stream, ended));
            return Task.CompletedTask;
        }).WaitAsync(Patience, CancellationToken.None);
    }

    /// <summary>What the client gets, to the end.</summary>
    public async Task<string> ReceiveAsync()
    {
        using var reader = new StreamReader(new NetworkStream(_far), Encoding.ASCII);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    public void Dispose()
    {
        _far.Dispose();
        Socket.Dispose();
    }
}
