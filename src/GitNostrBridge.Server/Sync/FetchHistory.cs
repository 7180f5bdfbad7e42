using System.Globalization;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>A URL that was tried for an identifier, and what came of it the last time.</summary>
/// <param name="Url">Scheme, host, port and path only: a URL from an event may hold somebody's password, which is nobody's to see.</param>
/// <param name="At">When it was last tried.</param>
/// <param name="Times">How often.</param>
/// <param name="Objects">How many of the wanted objects it brought the last time.</param>
/// <param name="Answer">What it answered the last time, on one line.</param>
public sealed record FetchAttempt(string Url, DateTimeOffset At, int Times, int Objects, string Answer);

/// <summary>Remembers, in memory and bounded, which URLs were tried for which identifier: for operators to look at, nothing depends on it.</summary>
public sealed class FetchHistory(TimeProvider time)
{
    private const int MostIdentifiers = 1_000;

    private const int MostUrls = 50;

    private const int MostLetters = 200;

    private readonly Lock _lock = new();

    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);

    // The one that was noted last is the last; the first goes when there are too many.
    private readonly LinkedList<Entry> _order = [];

    /// <summary>Takes note of a try and what came of it.</summary>
    public void Note(string identifier, string url, FetchResult result)
    {
        var (objects, answer) = result switch
        {
            FetchResult.Brought { Oids.Count: var count } => (count, string.Create(CultureInfo.InvariantCulture, $"brought {count} of the wanted objects")),
            FetchResult.NoRoom { Reason: var reason } => (0, Short($"no room: {reason}")),

            // Which names and addresses this server's network knows is not for strangers to ask by way of their clone URLs.
            FetchResult.NotAllowed => (0, "not allowed"),
            FetchResult.Failed { Reason: var reason } => (0, Short(reason)),
            _ => throw new InvalidOperationException(result.ToString()),
        };
        lock (_lock)
        {
            var attempts = Touch(identifier).Attempts;
            var plain = Plain(url);
            var before = attempts.FindIndex(attempt => attempt.Url == plain);
            var times = before < 0 ? 1 : attempts[before].Times + 1;
            if (before >= 0 || attempts.Count == MostUrls)
            {
                attempts.RemoveAt(Math.Max(before, 0));
            }

            attempts.Add(new FetchAttempt(plain, time.GetUtcNow(), times, objects, answer));
        }
    }

    /// <summary>What was tried for an identifier, each URL once, the last try first.</summary>
    public IReadOnlyList<FetchAttempt> Of(string identifier)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(identifier, out var node) ? [.. node.Value.Attempts.AsEnumerable().Reverse()] : [];
        }
    }

    private Entry Touch(string identifier)
    {
        if (_entries.TryGetValue(identifier, out var node))
        {
            _order.Remove(node);
        }
        else
        {
            _entries.Add(identifier, node = new LinkedListNode<Entry>(new Entry(identifier, [])));
        }

        _order.AddLast(node);
        if (_order.Count > MostIdentifiers)
        {
            _entries.Remove(_order.First!.Value.Identifier);
            _order.RemoveFirst();
        }

        return node.Value;
    }

    private static string Plain(string url) => Short(
        Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : "");

    private static string Short(string text) => text.Length <= MostLetters ? text : text[..MostLetters] + "…";

    private sealed record Entry(string Identifier, List<FetchAttempt> Attempts);
}
