using System.Buffers;
using Microsoft.AspNetCore.WebUtilities;

namespace GitNostrBridge.Server;

/// <summary>Reads fetches' requests whole; what is large waits on disk, and all that is large together is bounded.</summary>
public sealed class WholeRequests(CurrentLimits limits, TimeProvider time)
{
    // An ordinary fetch sends far less.
    private const int InMemory = 64 * 1024;

    // 20,000 ids: so few clients send more that the others need not be counted.
    private const long SmallBytes = 1 << 20;

    private const int BufferBytes = 16 * 1024;

    private readonly ByteBudget _large = new(() => limits.Now.LargeRequestBytes, time);

    /// <summary>Reads the body, which its opener has bounded; null when there is no room for a large one.</summary>
    public async Task<WholeRequest?> ReadAsync(HttpContext context, Stream body)
    {
        var whole = new FileBufferingReadStream(body, InMemory);
        ByteShare? share = null;
        try
        {
            if (!await EndsSmallAsync(whole, context.RequestAborted).ConfigureAwait(false))
            {
                share = await TakeAsync(context).ConfigureAwait(false);
                if (share is null)
                {
                    await whole.DisposeAsync().ConfigureAwait(false);
                    return null;
                }

                await whole.DrainAsync(context.RequestAborted).ConfigureAwait(false);
                share.Shrink(whole.Length);
            }

            whole.Position = 0;
            return new WholeRequest(whole, share);
        }
        catch
        {
            await whole.DisposeAsync().ConfigureAwait(false);
            share?.Dispose();
            throw;
        }
    }

    private static async Task<bool> EndsSmallAsync(FileBufferingReadStream whole, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (whole.Length <= SmallBytes)
            {
                if (await whole.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A zipped one may become as long as any may be.
    private Task<ByteShare?> TakeAsync(HttpContext context)
    {
        var most = limits.Now.FetchRequestBytes;
        var bytes = context.Request.Headers.ContentEncoding.Count == 0 && context.Request.ContentLength is { } length ? Math.Min(length, most) : most;
        return _large.TakeAsync(ClientAddress.Of(context), bytes, TimeSpan.FromMilliseconds(limits.Now.QueueMilliseconds), context.RequestAborted);
    }
}
