using System.Net;

namespace GitNostrBridge.Server;

/// <summary>Part of a <see cref="ByteBudget"/>; disposing gives it back.</summary>
public sealed class ByteShare : IDisposable
{
    private readonly ByteBudget _owner;

    private long _bytes;

    internal ByteShare(ByteBudget owner, IPAddress client, long bytes) => (_owner, Client, _bytes) = (owner, client, bytes);

    /// <summary>Whose it is.</summary>
    public IPAddress Client { get; }

    /// <summary>How many bytes it has.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Gives back what turns out not to be needed; it never grows. Not to be called by two at once.</summary>
    public void Shrink(long bytes)
    {
        var rest = Bytes - bytes;
        if (rest > 0)
        {
            Interlocked.Add(ref _bytes, -rest);
            _owner.Free(Client, rest);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, 0) is > 0 and var bytes)
        {
            _owner.Free(Client, bytes);
        }
    }
}
