using System.IO.Compression;
using System.IO.Pipelines;

namespace GitNostrBridge.Server;

/// <summary>A git request's body as it was before compression, bounded.</summary>
public static class RequestBody
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Opens the body for git; null when its encoding is unknown (answer 415).</summary>
    /// <remarks>The server's general body limit is lifted here: packs are bounded by git and by <paramref name="mostBytes"/>.</remarks>
    public static PipeReader? Open(HttpContext context, long mostBytes)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = mostBytes;
        }

        switch (context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                // Not BodyReader: bytes that are peeked there, but not consumed as the client goes, leave Kestrel's pipe in the middle of a read.
                return PipeReader.Create(context.Request.Body, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
            case "gzip" or "x-gzip":
                var inflated = new GZipStream(context.Request.Body, CompressionMode.Decompress);
                context.Response.RegisterForDispose(inflated);
                return PipeReader.Create(new BoundedStream(inflated, mostBytes), new StreamPipeReaderOptions(bufferSize: BufferBytes));
            default:
                return null;
        }
    }
}
