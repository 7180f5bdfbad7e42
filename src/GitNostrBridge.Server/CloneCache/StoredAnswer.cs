namespace GitNostrBridge.Server;

/// <summary>
/// One answer in a file: it grows while git writes it, as fast as git can, whatever its readers do. When no more may be written (the disk, a
/// limit), the rest goes to those who read by then from memory, piece by piece, at the pace of the slowest; nobody else joins.
/// The file goes when it is let go; who reads it then reads on.
/// </summary>
public sealed class StoredAnswer : IDisposable
{
    /// <summary>What is read or written at once, in bytes: enough that system calls do not count, and hundreds of readers fit into memory.</summary>
    internal const int ChunkBytes = 128 * 1024;

    private string _path;
    private readonly FileStream _file;
    private readonly Func<long, bool> _mayGrow;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Lock _gate = new();
    private readonly List<AnswerReader> _readers = [];
    private long _stored;
    private long _passed;
    private ReadOnlyMemory<byte> _passing;
    private bool _isPassing;
    private bool _isDisposed;
    private bool _isAbandoned;
    private AnswerEnd? _end;
    private TaskCompletionSource? _change;
    private TaskCompletionSource? _taken;

    /// <summary>Makes an empty answer.</summary>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="mayGrow">Asked before bytes are written, whether so many more may be.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public StoredAnswer(string path, Func<long, bool> mayGrow)
    {
        _path = path;
        _mayGrow = mayGrow;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
    }

    /// <summary>Fires when nobody is left who reads the unfinished answer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>The bytes that its file takes.</summary>
    public long StoredBytes
    {
        get
        {
            lock (_gate)
            {
                return _stored;
            }
        }
    }

    /// <summary>How long it is so far, in bytes, whether they went through the file or not.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _stored + _passed;
            }
        }
    }

    internal long? CompleteLength
    {
        get
        {
            lock (_gate)
            {
                return _end == AnswerEnd.Whole && !_isPassing ? _stored : null;
            }
        }
    }

    /// <summary>One more reader; null when it is too late for one.</summary>
    public AnswerReader? TryJoin()
    {
        lock (_gate)
        {
            if (_isDisposed || _isPassing || _isAbandoned || _end is not (null or AnswerEnd.Whole))
            {
                return null;
            }

            var reader = new AnswerReader(this);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Adds bytes; to be called by the one who makes the answer, one call after the other.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_isPassing && _mayGrow(bytes.Length) && TryWrite(bytes.Span))
        {
            Pulse(() => _stored += bytes.Length);
            return;
        }

        Pulse(() => (_isPassing, _passing) = (true, bytes));
        try
        {
            while (UntilTaken(_stored + _passed + bytes.Length) is { } taken)
            {
                await taken.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // The caller uses his buffer again, even when this was given up.
            Pulse(() => (_passing, _passed) = (default, _passed + bytes.Length));
        }
    }

    /// <summary>No more bytes come.</summary>
    public void End(AnswerEnd end)
    {
        Pulse(() => _end = end);
        CloseIfLast();
    }

    /// <summary>Gives the file its lasting extension, by a rename; false when not all of the answer lies in it, or the disk fails.</summary>
    public bool TryKeepAs(string extension)
    {
        if (CompleteLength is null)
        {
            return false;
        }

        try
        {
            var lasting = Path.ChangeExtension(_path, extension);
            File.Move(_path, lasting);
            _path = lasting;
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Takes the file away; the readers that there are read on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        try
        {
            File.Delete(_path);
        }
        catch (IOException)
        {
            // Such as a folder that an operator has removed; the next start sweeps what stays.
        }

        CloseIfLast();
    }

    internal int TryRead(AnswerReader reader, Span<byte> buffer)
    {
        long available;
        lock (_gate)
        {
            available = _stored - reader.Position;
            if (available <= 0 && !_passing.IsEmpty)
            {
                var piece = _passing.Span[(int)(reader.Position - _stored - _passed)..];
                var taken = Math.Min(piece.Length, buffer.Length);
                piece[..taken].CopyTo(buffer);
                return Take(reader, taken);
            }
        }

        if (available <= 0)
        {
            return 0;
        }

        var count = RandomAccess.Read(_file.SafeFileHandle, buffer[..(int)Math.Min(available, Math.Min(buffer.Length, ChunkBytes))], reader.Position);
        lock (_gate)
        {
            return count > 0 ? Take(reader, count) : throw new IOException($"{_path} is shorter than what was written into it");
        }
    }

    internal async ValueTask<bool> TrySendAsync(AnswerReader reader, DirectChunks chunks)
    {
        var count = await chunks.SendAsync(_file, reader.Position, StoredBytes - reader.Position).ConfigureAwait(false);
        lock (_gate)
        {
            return Take(reader, count) > 0;
        }
    }

    internal AnswerEnd? EndAfter(long position)
    {
        lock (_gate)
        {
            return position < _stored + _passed + _passing.Length ? null
                : _end == AnswerEnd.Nothing && _stored + _passed > 0 ? AnswerEnd.BrokenOff
                : _end;
        }
    }

    internal Task ChangeAfterAsync(long position)
    {
        lock (_gate)
        {
            return _end is not null || position < _stored + _passed + _passing.Length ? Task.CompletedTask : (_change ??= NewSource()).Task;
        }
    }

    internal void Leave(AnswerReader reader)
    {
        lock (_gate)
        {
            if (!_readers.Remove(reader))
            {
                return;
            }

            _isAbandoned = _readers.Count == 0 && _end is null;
            Signal(ref _taken);
        }

        if (_isAbandoned)
        {
            _abandoned.Cancel();
        }

        CloseIfLast();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource? source)
    {
        source?.TrySetResult();
        source = null;
    }

    private int Take(AnswerReader reader, int count)
    {
        reader.Position += count;
        Signal(ref _taken);
        return count;
    }

    private Task? UntilTaken(long position)
    {
        lock (_gate)
        {
            return _readers.TrueForAll(reader => reader.Position >= position) ? null : (_taken ??= NewSource()).Task;
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, _stored);
            return true;
        }
        catch (IOException)
        {
            return false; // such as a full disk
        }
    }

    private void Pulse(Action change)
    {
        lock (_gate)
        {
            change();
            Signal(ref _change);
        }
    }

    private void CloseIfLast()
    {
        lock (_gate)
        {
            if (_isDisposed && _end is not null && _readers.Count == 0)
            {
                _file.Dispose();
            }
        }
    }
}
