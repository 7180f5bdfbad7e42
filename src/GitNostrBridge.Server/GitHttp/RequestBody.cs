using System.IO.Compression;
using System.IO.Pipelines;

namespace GitNostrBridge.Server;

/// <summary>A git request's body as it was before compression, bounded.</summary>
public static class RequestBody
{
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
                var inflated = new GZipStream(context.Request.Body, CompressionMode.Decompress);
                context.Response.RegisterForDispose(inflated);
                return PipeReader.Create(new BoundedStream(inflated, mostBytes), new StreamPipeReaderOptions(bufferSize: 64 * 1024));
            default:
                return null;
        }
    }
}
