namespace GitNostrBridge.Server;

/// <summary>
/// Answers to clones and fetches, kept on disk to be sent again. The first request for an answer streams straight through; the second within
/// a time has it stored; whoever asks while it is being made reads it as it grows. Bounded in bytes, number and age. No answer outlives the process.
/// </summary>
public sealed partial class CloneCache
{
    // Each holds its file open.
    private const int MostAnswers = 1_000;

    // Asking for the free space costs more than writing a piece.
    private const long AskDiskEvery = 16L << 20;

    private const string Prefix = "answer-";
    private const string Growing = ".part";
    private const string Complete = ".pkt";

    private readonly CloneCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<bool> _diskHasRoom;
    private readonly ILogger<CloneCache> _logger;
    private readonly SeenRequests _seen;
    private readonly Lock _gate = new();

    // With the bytes that each has been allowed: two that grow at once must not both be told of the same room.
    private readonly Dictionary<StoredAnswer, long> _making = [];

    private readonly Dictionary<CloneKey, StoredAnswer> _growing = [];
    private readonly Dictionary<CloneKey, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _leastUsedFirst = [];
    private long _keptBytes;

    /// <summary>Makes an empty cache and clears what an earlier process left in its folder.</summary>
    /// <param name="options">How much is kept, and where.</param>
    /// <param name="diskHasRoom">Whether the disk has more free bytes than must stay free.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the disk fails.</param>
    public CloneCache(CloneCacheOptions options, Func<bool> diskHasRoom, TimeProvider time, ILogger<CloneCache> logger)
    {
        (_options, _diskHasRoom, _time, _logger) = (options, diskHasRoom, time, logger);
        _seen = new SeenRequests(options.SecondRequestWithin, options.LargestAnswerBytes, time);
        Sweep();
    }

    /// <summary>The bytes on disk, and those that are about to be written.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return BytesNow;
            }
        }
    }

    /// <summary>How many whole answers are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count;
            }
        }
    }

    private long BytesNow => _keptBytes + _making.Values.Sum();

    /// <summary>Says how a request is to be answered.</summary>
    public CloneTicket Ask(CloneKey key)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var node))
            {
                if (!IsExpired(node.Value) && node.Value.Answer.TryJoin() is { } reader)
                {
                    _leastUsedFirst.Remove(node);
                    _leastUsedFirst.AddLast(node);
                    return new CloneTicket.Read(reader);
                }

                Remove(node);
            }

            if (_growing.TryGetValue(key, out var growing) && growing.TryJoin() is { } joined)
            {
                return new CloneTicket.Read(joined);
            }

            return _seen.TryNote(key) is { } first ? new CloneTicket.Straight(first)
                : TryBegin(key) is { } answer ? new CloneTicket.Make(answer, answer.TryJoin()!)
                : new CloneTicket.Straight(_seen.Note(key));
        }
    }

    /// <summary>Has an answer made, and keeps it if it is worth it. Goes on until it is made or nobody reads it any more.</summary>
    /// <param name="key">What was asked for.</param>
    /// <param name="answer">Of a <see cref="CloneTicket.Make"/>.</param>
    /// <param name="source">Appends the answer's bytes until cancelled; says how it ended, and whether it is as good for the next one.</param>
    public async Task MakeAsync(CloneKey key, StoredAnswer answer, Func<StoredAnswer, CancellationToken, Task<(AnswerEnd End, bool IsLasting)>> source)
    {
        var (end, isLasting) = (AnswerEnd.Nothing, false);
        try
        {
            (end, isLasting) = await source(answer, answer.Abandoned).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (answer.Abandoned.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            LogFailed(_logger, failure, key.Repository);
        }
        finally
        {
            answer.End(end);
            Settle(key, answer, isLasting);
        }
    }

    /// <summary>Lets go what is too old.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            foreach (var old in _kept.Values.Where(node => IsExpired(node.Value)).ToList())
            {
                Remove(old);
            }
        }
    }

    private static bool IsOurs(string file) =>
        Path.GetFileName(file).StartsWith(Prefix, StringComparison.Ordinal) && Path.GetExtension(file) is Growing or Complete;

    private void Sweep()
    {
        try
        {
            foreach (var file in Directory.CreateDirectory(_options.Path).EnumerateFiles().Where(file => IsOurs(file.Name)))
            {
                file.Delete();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(_logger, failure, _options.Path);
        }
    }

    private StoredAnswer? TryBegin(CloneKey key)
    {
        try
        {
            Directory.CreateDirectory(_options.Path);
            if (!_diskHasRoom())
            {
                return null;
            }

            StoredAnswer? answer = null;
            answer = new StoredAnswer(Path.Combine(_options.Path, $"{Prefix}{Guid.NewGuid():n}{Growing}"), bytes => MayGrow(answer!, bytes));
            _making[answer] = 0;
            _growing[key] = answer;
            return answer;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(_logger, failure, key.Repository);
            return null;
        }
    }

    private bool MayGrow(StoredAnswer answer, long bytes)
    {
        var stored = answer.StoredBytes;
        if (stored + bytes > _options.LargestAnswerBytes || (stored / AskDiskEvery != (stored + bytes) / AskDiskEvery && !_diskHasRoom()))
        {
            return false;
        }

        lock (_gate)
        {
            while (BytesNow + bytes > _options.MaxBytes && _leastUsedFirst.First is { } least)
            {
                Remove(least);
            }

            var hasRoom = BytesNow + bytes <= _options.MaxBytes;
            _making[answer] += hasRoom ? bytes : 0;
            return hasRoom;
        }
    }

    private void Settle(CloneKey key, StoredAnswer answer, bool isLasting)
    {
        lock (_gate)
        {
            _making.Remove(answer);
            if (_growing.GetValueOrDefault(key) == answer)
            {
                _growing.Remove(key);
            }

            if (!isLasting || _kept.ContainsKey(key) || !answer.TryKeepAs(Complete))
            {
                answer.Dispose();
                if (answer.Length > _options.LargestAnswerBytes)
                {
                    _seen.NoteTooLarge(key);
                }

                return;
            }

            // Refs have moved on since: nobody asks for these any more.
            foreach (var old in _kept.Values.Where(node => node.Value.Key.Repository == key.Repository && node.Value.Key.Refs != key.Refs).ToList())
            {
                Remove(old);
            }

            _kept[key] = _leastUsedFirst.AddLast(new Kept(key, answer, _time.GetUtcNow()));
            _keptBytes += answer.StoredBytes;
            while (_kept.Count > MostAnswers)
            {
                Remove(_leastUsedFirst.First!);
            }
        }
    }

    private bool IsExpired(Kept kept) => _time.GetUtcNow() - kept.Made >= _options.MaxAge;

    private void Remove(LinkedListNode<Kept> node)
    {
        _leastUsedFirst.Remove(node);
        _kept.Remove(node.Value.Key);
        _keptBytes -= node.Value.Answer.StoredBytes;
        node.Value.Answer.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer of {Repository} could not be kept for others; each has his own")]
    private static partial void LogFailed(ILogger logger, Exception failure, string repository);

    private sealed record Kept(CloneKey Key, StoredAnswer Answer, DateTimeOffset Made);
}
