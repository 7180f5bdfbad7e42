using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>A readable stream that counts what has come out, and fails once that is more than allowed.</summary>
internal sealed class BoundedStream(Stream inner, Func<long> mostBytes) : ReadOnlyStream
{
    /// <summary>How much has come out so far.</summary>
    public long BytesRead { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        BytesRead += count;
        return BytesRead <= mostBytes()
            ? count
            : throw new BadHttpRequestException($"the request's body is larger than the {mostBytes()} bytes that it may have", StatusCodes.Status413PayloadTooLarge);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");
}
