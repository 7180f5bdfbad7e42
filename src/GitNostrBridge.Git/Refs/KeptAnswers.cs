namespace GitNostrBridge.Git;

/// <summary>Answers that were made of a repository's refs, kept to be given again. What they may take is set from the start, so that whoever counts memory can count it at once.</summary>
/// <param name="mostBytes">The bytes that all of them may take, with their questions.</param>
internal sealed class KeptAnswers(long mostBytes)
{
    // Clients of one kind ask alike, and there are few kinds.
    private const int MostAnswers = 8;

    // Characters. A client may name thousands of prefixes, and nobody else will ask for the same: to keep its question would only take memory.
    private const int LongestQuestion = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _answers = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The bytes that all of them may take.</summary>
    public long MostBytes => mostBytes;

    /// <summary>The bytes that they take.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The answer to a question as it was made before, or null.</summary>
    public byte[]? Find(string question)
    {
        lock (_gate)
        {
            return _answers.GetValueOrDefault(question);
        }
    }

    /// <summary>Keeps an answer if it may be kept at all; the others go when there is no room beside them.</summary>
    public void Keep(string question, byte[] answer)
    {
        var bytes = answer.Length + ((long)question.Length * sizeof(char));
        if (question.Length > LongestQuestion || bytes > mostBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (_answers.Count >= MostAnswers || _bytes + bytes > mostBytes)
            {
                _answers.Clear();
                _bytes = 0;
            }

            if (_answers.TryAdd(question, answer))
            {
                _bytes += bytes;
            }
        }
    }
}
