namespace GitNostrBridge.Server;

/// <summary>
/// What was asked for lately: most answers are never asked for again, so the first one is not stored. Bounded; the oldest are forgotten first.
/// </summary>
/// <param name="within">A second request counts as a repetition for this long after the first has begun or ended.</param>
/// <param name="largestAnswerBytes">A longer answer is never worth storing.</param>
/// <param name="time">The clock.</param>
public sealed class SeenRequests(TimeSpan within, long largestAnswerBytes, TimeProvider time)
{
    /// <summary>How many are remembered; some hundred bytes each.</summary>
    public const int Most = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<CloneKey, LinkedListNode<SeenRequest>> _byKey = [];
    private readonly LinkedList<SeenRequest> _oldestFirst = [];

    /// <summary>How many are remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>The request is to be answered straight, and is noted; null when it is a repetition whose answer is worth storing.</summary>
    public SeenRequest? TryNote(CloneKey key)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_byKey.TryGetValue(key, out var node))
            {
                _oldestFirst.Remove(node);
                if (!node.Value.IsTooLarge && (node.Value.Running > 0 || now - node.Value.At <= within))
                {
                    _oldestFirst.AddLast(node);
                    node.Value.At = now;
                    return null;
                }
            }
            else
            {
                _byKey[key] = node = new LinkedListNode<SeenRequest>(new SeenRequest(this, key));
            }

            _oldestFirst.AddLast(node);
            node.Value.At = now;
            node.Value.Running++;
            Trim();
            return node.Value;
        }
    }

    /// <summary>The request is answered straight although it is a repetition.</summary>
    public SeenRequest Note(CloneKey key)
    {
        lock (_gate)
        {
            if (TryNote(key) is { } noted)
            {
                return noted;
            }

            var known = _byKey[key].Value;
            known.Running++;
            return known;
        }
    }

    /// <summary>An answer turned out to be too large.</summary>
    public void NoteTooLarge(CloneKey key)
    {
        using var noted = Note(key);
        Report(noted, long.MaxValue);
    }

    internal void Report(SeenRequest request, long bytes)
    {
        if (bytes > largestAnswerBytes)
        {
            lock (_gate)
            {
                request.IsTooLarge = true;
            }
        }
    }

    internal void End(SeenRequest request)
    {
        lock (_gate)
        {
            request.Running--;
            request.At = time.GetUtcNow();
        }
    }

    private void Trim()
    {
        while (_byKey.Count > Most)
        {
            _byKey.Remove(_oldestFirst.First!.Value.Key);
            _oldestFirst.RemoveFirst();
        }
    }
}
