using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Git.Tests;

/// <summary>git's output between its pipe and a socket, without git.</summary>
public sealed class GatheringStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_read_and_what_is_moved_arrive_in_their_order()
    {
        var content = new byte[(8 << 20) + 123];
        var seed = Random.Shared.Next();
        new Random(seed).NextBytes(content);
        await using var scene = await Scene.OpenAsync();
        var writing = scene.WriteAsync(content);
        var received = scene.ReceiveAsync(5_003);
        var framed = 0;
        await scene.ReadAsync(pipe =>
        {
            var random = new Random(seed);
            var buffer = new byte[70_001];
            while (true)
            {
                if (pipe.Gather() is > 1_000 and var waiting)
                {
                    Assert.True(pipe.TryMove(scene.Near.SafeHandle, "<"u8, random.Next(1, waiting - 500), ">"u8, () => true), $"seed {seed}");
                    framed++;
                }

                var count = pipe.Read(buffer, 0, random.Next(1, buffer.Length));
                if (count == 0)
                {
                    scene.Near.Shutdown(SocketShutdown.Send);
                    return;
                }

                SendAll(scene.Near, buffer.AsSpan(0, count));
            }
        });
        await writing;
        var all = await received;
        Assert.True(framed > 0);
        Assert.Equal(content.Length + (2 * framed), all.Length);
        Assert.True(IsFramed(content, all), $"seed {seed}");
    }

    [Fact]
    public async Task A_socket_that_takes_no_more_is_waited_for_as_long_as_the_caller_likes()
    {
        await using var scene = await Scene.OpenAsync();
        Fill(scene.Near);
        await scene.WriteAsync(new byte[40_000]);
        var asked = 0;
        await scene.ReadAsync(pipe => Assert.False(pipe.TryMove(scene.Near.SafeHandle, "<"u8, 30_000, ">"u8, () => ++asked < 3)));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_client_who_is_gone_and_a_socket_that_is_closed_end_it()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.WriteAsync(new byte[40_000]);
        scene.Far.LingerState = new LingerOption(true, 0);
        scene.Far.Dispose();
        await scene.ReadAsync(pipe =>
        {
            Assert.False(pipe.TryMove(scene.Near.SafeHandle, "<"u8, 30_000, ">"u8, () => true));
            scene.Near.Dispose();
            Assert.False(pipe.TryMove(scene.Near.SafeHandle, "<"u8, 30_000, ">"u8, () => true));
        });
    }

    [Fact]
    public async Task A_socket_that_is_closed_while_it_is_waited_for_ends_the_wait()
    {
        await using var scene = await Scene.OpenAsync();
        Fill(scene.Near);
        await scene.WriteAsync(new byte[40_000]);
        var closing = Task.CompletedTask;
        await scene.ReadAsync(pipe => Assert.False(pipe.TryMove(scene.Near.SafeHandle, "<"u8, 30_000, ">"u8, () =>
        {
            closing = closing.IsCompleted && closing == Task.CompletedTask ? Task.Run(scene.Near.Dispose) : closing;
            return true;
        })));
        await closing.WaitAsync(Patience);
    }

    private static void Fill(Socket socket)
    {
        socket.SendBufferSize = 4 * 1024;
        var block = new byte[1 << 20];
        SocketError error;
        do
        {
            socket.Send(block, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            Assert.True(error is SocketError.Success or SocketError.WouldBlock, error.ToString());
            bytes = bytes[Math.Max(sent, 0)..];
        }
    }

    // The frames may stand anywhere; without them it is the content. A byte that is '<' or '>' in the content is taken as that first.
    private static bool IsFramed(byte[] content, byte[] all)
    {
        var at = 0;
        foreach (var one in all)
        {
            if (at < content.Length && content[at] == one)
            {
                at++;
            }
            else if (one is not ((byte)'<' or (byte)'>'))
            {
                return false;
            }
        }

        return at == content.Length;
    }

    private sealed class Scene(AnonymousPipeServerStream writer, AnonymousPipeClientStream reader, Socket near, Socket far) : IAsyncDisposable
    {
        public Socket Near => near;

        public Socket Far => far;

        public static async Task<Scene> OpenAsync()
        {
            if (!OperatingSystem.IsLinux())
            {
                Assert.Skip("splice(2) is of Linux");
            }

            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
            await far.ConnectAsync(listener.LocalEndpoint);
            var near = await listener.AcceptSocketAsync();
            near.Blocking = false;
            var writer = new AnonymousPipeServerStream(PipeDirection.Out);
            return new Scene(writer, new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle), near, far);
        }

        /// <summary>As git does: piece by piece, and then it ends. What fits into the pipe is there when this returns.</summary>
        public Task WriteAsync(byte[] content) => Task.Run(() =>
        {
            foreach (var piece in content.Chunk(8_193))
            {
                writer.Write(piece);
            }

            writer.Dispose();
        });

        public Task ReadAsync(Action<GatheringStream> read) => GatheringStream.ReadAsync(reader, stream =>
        {
            read(Assert.IsAssignableFrom<GatheringStream>(stream));
            return Task.CompletedTask;
        }).WaitAsync(Patience);

        public async Task<byte[]> ReceiveAsync(int piece)
        {
            using var all = new MemoryStream();
            var buffer = new byte[piece];
            int count;
            while ((count = await far.ReceiveAsync(buffer)) > 0)
            {
                all.Write(buffer, 0, count);
            }

            return all.ToArray();
        }

        public ValueTask DisposeAsync()
        {
            far.Dispose();
            near.Dispose();
            reader.Dispose();
            writer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
