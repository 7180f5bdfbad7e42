using System.Globalization;
using System.Net.Sockets;
using System.Text;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace GitNostrBridge.Server;

/// <summary>
/// The way of a long answer past Kestrel: the kernel takes it from git's pipe, from a file, or from memory that all share, and gives it to the client's
/// socket, as chunks of HTTP/1.1 (RFC 9112, 7.1) between those that Kestrel writes. None may overtake bytes that Kestrel has not given to the
/// socket yet, so one follows only another or a long flush.
/// </summary>
internal sealed class DirectChunks
{
    /// <summary>An answer shorter than this, in bytes, has no use for the way: before the first chunk comes a long flush.</summary>
    public const int WorthBytes = KestrelLimits.MostAhead + Least;

    // Shorter pieces are not worth the system calls around them.
    private const int Least = 64 * 1024;

    // Of what does not wait in a pipe: how much is sent until it is looked at again how fast the client takes it.
    private const int Most = 256 * 1024;

    // What is left in git's pipe to be read, so that the end of an answer is seen; more than AnswerTail keeps.
    private const int Left = 4096;

    private static readonly byte[] End = [.. "\r\n"u8];

    private readonly HttpContext _context;
    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly MinDataRate? _rate;
    private bool _isInTurn;
    private bool _isLost;

    private DirectChunks(HttpContext context, Socket socket, TimeProvider time)
    {
        (_context, _socket, _time) = (context, socket, time);
        _rate = context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate;
    }

    /// <summary>For the answer to a request; null where the client does not speak HTTP/1.1 with this very process, or there is no such way. It goes without a Content-Length.</summary>
    public static DirectChunks? Of(HttpContext context, TimeProvider time) =>
        OperatingSystem.IsLinux()
        && HttpProtocol.IsHttp11(context.Request.Protocol)
        && context.Features.Get<ITlsConnectionFeature>() is null
        && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? new DirectChunks(context, socket, time)
            : null;

    /// <summary>Is told of what was written by Kestrel and flushed to the end of the flush.</summary>
    /// <param name="count">How many bytes, in this flush.</param>
    public void Flushed(int count) => _isInTurn = count >= KestrelLimits.MostAhead;

    /// <summary>
    /// Moves what lies in git's pipe but its last bytes, if that is much and nothing is ahead of it. A client who is gone, or who takes less than Kestrel
    /// asks for, is disconnected.
    /// </summary>
    /// <param name="stdout">git's output.</param>
    /// <param name="ended">The client is gone, or the time is up.</param>
    /// <returns>How many bytes were moved.</returns>
    public int Move(GatheringStream stdout, CancellationToken ended)
    {
        var count = CanGo ? stdout.Gather() - Left : 0;
        if (count < Least)
        {
            return 0;
        }

        var (begun, longest) = (_time.GetTimestamp(), LongestFor(count));
        return Sent(count, stdout.TryMove(_socket.SafeHandle, Beginning(count), count, End, () => !ended.IsCancellationRequested && _time.GetElapsedTime(begun) < longest));
    }

    /// <summary>Sends bytes from memory, or the first of them, under the same conditions.</summary>
    /// <param name="bytes">Not to be changed meanwhile. Their array is read where it lies.</param>
    /// <returns>How many bytes were sent.</returns>
    public ValueTask<int> SendAsync(ArraySegment<byte> bytes)
    {
        var count = PieceOf(bytes.Count);
        return count == 0 ? default : SendAsync(count, args =>
        {
            args.BufferList = [Beginning(count), bytes[..count], End];
            return _socket.SendAsync(args);
        });
    }

    /// <summary>Sends bytes from a file, or the first of them, under the same conditions.</summary>
    /// <param name="file">Open, and for asynchronous use; its position does not count.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="available">How many there are.</param>
    /// <returns>How many bytes were sent.</returns>
    public ValueTask<int> SendAsync(FileStream file, long offset, long available)
    {
        var count = PieceOf(available);
        return count == 0 ? default : SendAsync(count, args =>
        {
            args.SendPacketsElements = [new(Beginning(count)), new(file, offset, count), new(End)];
            return _socket.SendPacketsAsync(args);
        });
    }

    private bool CanGo => _isInTurn && !_isLost;

    private int PieceOf(long available) => !CanGo || available < Least ? 0 : available < Most + Least ? (int)available : Most;

    private async ValueTask<int> SendAsync(int count, Func<SocketAsyncEventArgs, bool> start)
    {
        var sent = new TaskCompletionSource();
        using var args = new SocketAsyncEventArgs();
        args.Completed += (_, _) => sent.SetResult();
        try
        {
            if (start(args))
            {
                using var patience = LongestFor(count) is var longest && longest < TimeSpan.MaxValue ? new CancellationTokenSource(longest, _time) : null;
                await using var disconnect = patience?.Token.Register(_context.Abort) ?? default;
                await sent.Task.ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException)
        {
            return Sent(count, isWhole: false); // Kestrel has closed the socket
        }

        return Sent(count, args.SocketError == SocketError.Success && args.BytesTransferred >= count);
    }

    private int Sent(int count, bool isWhole)
    {
        if (!isWhole)
        {
            _isLost = true;
            _context.Abort();
        }

        (_context.Features.Get<IHttpResponseBodyFeature>() as CountedResponse)?.Add(count);
        return count;
    }

    private static byte[] Beginning(int count) => Encoding.ASCII.GetBytes(count.ToString("x", CultureInfo.InvariantCulture) + "\r\n");

    private TimeSpan LongestFor(int count) => _rate is null ? TimeSpan.MaxValue : _rate.GracePeriod + TimeSpan.FromSeconds(count / _rate.BytesPerSecond);
}
