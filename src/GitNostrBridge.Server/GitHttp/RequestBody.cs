using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace GitNostrBridge.Server;

/// <summary>A git request's body as it was before compression, bounded.</summary>
public static class RequestBody
{
    // What git compresses are lists of ids, which shrink to about half. A bomb shrinks to a thousandth.
    private const int MostInflation = 100;

    private const long AlwaysAllowedBytes = 1 << 20;

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
                return context.Request.BodyReader;
            case "gzip" or "x-gzip":
                var received = new BoundedStream(context.Request.Body, () => mostBytes);
                var inflated = new GZipStream(received, CompressionMode.Decompress);
                context.Response.RegisterForDispose(inflated);
                var bounded = new BoundedStream(inflated, () => Math.Min(mostBytes, AlwaysAllowedBytes + received.BytesRead * MostInflation));
                return PipeReader.Create(bounded, new StreamPipeReaderOptions(bufferSize: BufferBytes));
            default:
                return null;
        }
    }

    /// <summary>Reads what is left of the body, as it was sent; more than <paramref name="mostBytes"/> ends the connection.</summary>
    public static async Task DrainAsync(HttpContext context, long mostBytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if ((mostBytes -= count) < 0)
                {
                    context.Abort();
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
