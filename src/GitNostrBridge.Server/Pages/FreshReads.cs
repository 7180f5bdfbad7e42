namespace GitNostrBridge.Server;

/// <summary>Reads each thing once in a while, however many ask for it, and whoever comes meanwhile waits for the same read.</summary>
/// <param name="fresh">How long an answer is given again.</param>
/// <param name="time">The clock.</param>
public sealed class FreshReads<TKey, TValue>(TimeSpan fresh, TimeProvider time)
    where TKey : notnull
    where TValue : class
{
    // Answers that are kept; beyond that all are forgotten.
    private const int MostKept = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, (DateTimeOffset Begun, Task<TValue?> Answer)> _answers = [];

    /// <summary>The answer of the last read, or of one that begins now.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="read">Reads it; null when it cannot be told.</param>
    public Task<TValue?> ReadAsync(TKey key, Func<TKey, Task<TValue?>> read)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_answers.TryGetValue(key, out var kept) && now - kept.Begun < fresh && !kept.Answer.IsFaulted)
            {
                return kept.Answer;
            }

            if (_answers.Count >= MostKept)
            {
                _answers.Clear();
            }

            // The read must not run on while the lock is held.
            var answer = Task.Run(() => read(key));
            _answers[key] = (now, answer);
            return answer;
        }
    }
}
