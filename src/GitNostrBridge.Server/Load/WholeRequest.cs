using Microsoft.AspNetCore.WebUtilities;

namespace GitNostrBridge.Server;

/// <summary>A fetch's request, read to its end before anything is started for it; what is large waits on disk.</summary>
internal static class WholeRequest
{
    // An ordinary fetch sends far less.
    private const int InMemory = 64 * 1024;

    private static readonly byte[] ListRefs = "0014command=ls-refs"u8.ToArray();

    /// <summary>Reads the body, which its opener has bounded; the answer stands at its beginning and is the caller's to dispose.</summary>
    public static async Task<Stream> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var whole = new FileBufferingReadStream(body, InMemory);
        try
        {
            await whole.DrainAsync(cancellationToken).ConfigureAwait(false);
            whole.Position = 0;
            return whole;
        }
        catch
        {
            await whole.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether it asks for refs only (gitprotocol-v2, ls-refs), which packs nothing.</summary>
    public static async Task<bool> ListsRefsAsync(Stream whole, CancellationToken cancellationToken)
    {
        var head = new byte[ListRefs.Length];
        await whole.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        whole.Position = 0;
        return head.AsSpan().SequenceEqual(ListRefs);
    }
}
