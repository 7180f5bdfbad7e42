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

    /// <summary>Answers with bytes that are at hand; to HEAD with their number alone.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
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
