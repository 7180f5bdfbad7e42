using System.Net;

namespace GitNostrBridge.Server;

/// <summary>
/// Bytes that clients together may make this server hold. One client has at most half of them, so that one who is slow does not stop the others.
/// Who must wait is served in turn, passing over those who are at their own bound.
/// </summary>
/// <param name="mostBytes">All of them; it may change at any time.</param>
/// <param name="time">The clock for patience.</param>
public sealed class ByteBudget(Func<long> mostBytes, TimeProvider time)
{
    private readonly Lock _gate = new();

    private readonly Dictionary<IPAddress, long> _byClient = [];

    private readonly LinkedList<Waiter> _queue = [];

    private long _taken;

    /// <summary>The bytes that are held now.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Waits for room; null when there is none in time. More than half of all is had as half, so that it can be had at all.</summary>
    /// <param name="client">Who shares the half, as <see cref="ClientAddress"/> tells.</param>
    /// <param name="bytes">As many as it may become.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ByteShare?> TakeAsync(IPAddress client, long bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            var share = new ByteShare(this, client, Math.Min(bytes, Half));
            if (Fits(share))
            {
                Add(client, share.Bytes);
                return share;
            }

            _queue.AddLast(waiter = new Waiter(share));
        }

        using var timeOut = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeOut.Token);
        await using var giveUp = either.Token.Register(() => GiveUp(waiter)).ConfigureAwait(false);
        var taken = await waiter.Turn.Task.ConfigureAwait(false) ? waiter.Share : null;
        if (cancellationToken.IsCancellationRequested)
        {
            taken?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return taken;
    }

    private long Half => Math.Max(mostBytes() / 2, 1);

    /// <summary>A share gets smaller, or ends.</summary>
    internal void Free(IPAddress client, long bytes)
    {
        lock (_gate)
        {
            Add(client, -bytes);
            for (var node = _queue.First; node is not null;)
            {
                var (waiter, next) = (node.Value, node.Next);
                if (Fits(waiter.Share))
                {
                    _queue.Remove(node);
                    Add(waiter.Share.Client, waiter.Share.Bytes);
                    waiter.Turn.SetResult(true);
                }

                node = next;
            }
        }
    }

    private bool Fits(ByteShare share) =>
        _taken + share.Bytes <= mostBytes() && _byClient.GetValueOrDefault(share.Client) + share.Bytes <= Half;

    private void Add(IPAddress client, long bytes)
    {
        _taken += bytes;
        if ((_byClient[client] = _byClient.GetValueOrDefault(client) + bytes) == 0)
        {
            _byClient.Remove(client);
        }
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_gate)
        {
            if (_queue.Remove(waiter))
            {
                waiter.Turn.SetResult(false);
            }
        }
    }

    private sealed class Waiter(ByteShare share)
    {
        public ByteShare Share => share;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
