using System.Threading.Channels;

namespace GitNostrBridge.Server;

/// <summary>The messages of one client that are not answered yet, in their order: bounded in number and in bytes. One adds, one reads.</summary>
public sealed class MessageBacklog
{
    // Enough for both cores and one commit of the store; what comes faster waits in the client's own buffers.
    private const int MostMessages = 16;

    // One message may be larger than this; then it is alone.
    private const int MostBytes = 256 * 1024;

    private readonly Channel<(Task<PreparedMessage> Message, int Bytes)> _messages =
        Channel.CreateBounded<(Task<PreparedMessage>, int)>(new BoundedChannelOptions(MostMessages) { SingleReader = true, SingleWriter = true });

    // A bell that may be rung by anybody and at any time.
    private readonly Channel<bool> _room = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _bytes;

    private volatile bool _isComplete;

    /// <summary>Waits until a message of so many bytes may be added; false when none is taken any more.</summary>
    public async ValueTask<bool> WaitForRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        while (!_isComplete && Volatile.Read(ref _bytes) is > 0 and var ahead && ahead + bytes > MostBytes)
        {
            await _room.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return await _messages.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a message for which there is room.</summary>
    public void Add(Task<PreparedMessage> message, int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        _messages.Writer.TryWrite((message, bytes));
    }

    /// <summary>No more messages are taken; those that are there can still be read.</summary>
    public void Complete()
    {
        _isComplete = true;
        _messages.Writer.TryComplete();
        _room.Writer.TryWrite(true);
    }

    /// <summary>All messages; each counts until the next one is asked for.</summary>
    public async IAsyncEnumerable<Task<PreparedMessage>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (message, bytes) in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message;
            Interlocked.Add(ref _bytes, -bytes);
            _room.Writer.TryWrite(true);
        }
    }
}
