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
/// The way of a long answer past this process: the kernel moves it from git's pipe to the client's socket, as chunks of HTTP/1.1 (RFC 9112, 7.1) between
/// those that Kestrel writes. None may overtake bytes that Kestrel has not given to the socket yet, so one follows only another or a long flush.
/// </summary>
internal sealed class SplicedChunks
{
    // Shorter pieces are not worth the system calls around them.
    private const int Least = 64 * 1024;

    // What is left to be read, so that the end of an answer is seen; more than AnswerTail keeps.
    private const int Left = 4096;

    private readonly HttpContext _context;
    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly MinDataRate? _rate;
    private bool _isInTurn;
    private bool _isLost;

    private SplicedChunks(HttpContext context, Socket socket, TimeProvider time)
    {
        (_context, _socket, _time) = (context, socket, time);
        _rate = context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate;
    }

    /// <summary>For the answer to a request; null where the client does not speak HTTP/1.1 with this very process, or there is no such way.</summary>
    public static SplicedChunks? Of(HttpContext context, TimeProvider time) =>
        OperatingSystem.IsLinux()
        && HttpProtocol.IsHttp11(context.Request.Protocol)
        && context.Features.Get<ITlsConnectionFeature>() is null
        && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? new SplicedChunks(context, socket, time)
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
        var count = _isLost || !_isInTurn ? 0 : stdout.Gather() - Left;
        if (count < Least)
        {
            return 0;
        }

        var size = Encoding.ASCII.GetBytes(count.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        var (begun, longest) = (_time.GetTimestamp(), LongestFor(count));
        if (!stdout.TryMove(_socket.SafeHandle, size, count, "\r\n"u8, () => !ended.IsCancellationRequested && _time.GetElapsedTime(begun) < longest))
        {
            _isLost = true;
            _context.Abort();
        }

        (_context.Features.Get<IHttpResponseBodyFeature>() as CountedResponse)?.Add(count);
        return count;
    }

    private TimeSpan LongestFor(int count) => _rate is null ? TimeSpan.MaxValue : _rate.GracePeriod + TimeSpan.FromSeconds(count / _rate.BytesPerSecond);
}
