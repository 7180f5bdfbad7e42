using System.Buffers;
using System.Text;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>What all answers of the git half have in common.</summary>
internal static class GitResponse
{
    // Large enough that a pack takes few system calls, small enough that hundreds of clones fit into memory.
    private const int BufferSize = 64 * 1024;

    /// <summary>The client's `Git-Protocol` header, or null.</summary>
    public static string? ProtocolOf(HttpRequest request) => request.Headers["Git-Protocol"].ToString() is { Length: > 0 } protocol ? protocol : null;

    /// <summary>As git-http-backend says it: refs change under a cache's feet.</summary>
    public static void ForbidCaching(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        response.Headers.Pragma = "no-cache";
        response.Headers.Expires = "Fri, 01 Jan 1980 00:00:00 GMT";
    }

    /// <summary>
    /// Answers with bytes that all share who ask for them; to HEAD with their number alone. However slowly a client takes them, there is no copy of his own
    /// of more than a piece.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, ArraySegment<byte> body, TimeProvider time)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        var chunks = isHead || body.Count < DirectChunks.WorthBytes ? null : DirectChunks.Of(context, time);
        context.Response.ContentLength = chunks is null ? body.Count : null;
        for (var rest = isHead ? [] : body; rest.Count > 0;)
        {
            var count = chunks is null ? 0 : await chunks.SendAsync(rest).ConfigureAwait(false);
            if (count == 0)
            {
                count = Math.Min(rest.Count, KestrelLimits.MostAhead);
                await context.Response.BodyWriter.WriteAsync(rest[..count], context.RequestAborted).ConfigureAwait(false);
                chunks?.Flushed(count);
            }

            rest = rest[count..];
        }
    }

    /// <summary>Passes git's output on as it comes, at the client's pace.</summary>
    public static Func<Stream, CancellationToken, Task> StreamTo(HttpResponse response) => async (output, cancellationToken) =>
    {
        while (true)
        {
            var memory = response.BodyWriter.GetMemory(BufferSize);
            var count = await output.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            response.BodyWriter.Advance(count);
            await response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    };

    /// <summary>A request that breaks git's protocol is answered in git's protocol (R19).</summary>
    public static byte[] Error(string reason)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PktLine.Write(buffer, Encoding.UTF8.GetBytes("ERR " + reason));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A git that failed before it said anything is an error of ours; one that spoke has told the client itself.</summary>
    public static async Task EndAsync(HttpContext context, GitExit exit)
    {
        if (exit.Code != 0)
        {
            GitExchange.End(context, GitOutcome.Failed);
        }

        if (exit.Code != 0 && !context.Response.HasStarted)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status500InternalServerError, "git failed on the server; try again, and tell the operator if it stays so").ConfigureAwait(false);
        }
    }
}
