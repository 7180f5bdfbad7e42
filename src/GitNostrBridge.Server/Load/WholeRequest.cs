namespace GitNostrBridge.Server;

/// <summary>A fetch's request, read to its end before anything is started for it; disposing gives back what it takes.</summary>
/// <param name="body">All of it.</param>
/// <param name="share">What it takes of the room for large ones; null for a small one.</param>
public sealed class WholeRequest(Stream body, ByteShare? share) : IAsyncDisposable
{
    private static readonly byte[] ListRefs = "0014command=ls-refs"u8.ToArray();

    /// <summary>The body, unzipped, at its beginning.</summary>
    public Stream Body => body;

    /// <summary>Whether it asks for refs only (gitprotocol-v2, ls-refs), which packs nothing.</summary>
    public async Task<bool> ListsRefsAsync(CancellationToken cancellationToken)
    {
        var head = new byte[ListRefs.Length];
        await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        body.Position = 0;
        return head.AsSpan().SequenceEqual(ListRefs);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        share?.Dispose();
    }
}
