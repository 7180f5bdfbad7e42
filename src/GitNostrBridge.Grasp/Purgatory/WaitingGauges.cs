using System.Diagnostics.Metrics;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>Tells, whenever somebody measures, how much waits and since when.</summary>
public sealed class WaitingGauges
{
    private const string Placeholder = "placeholder";

    // Whoever measures gets what was true before rather than nothing, when the store is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IEventStore _store;
    private readonly PlaceholderExpiry _placeholders;
    private readonly TimeProvider _time;
    private IReadOnlyList<HeldKind> _kinds = [];

    /// <summary>Makes the instruments.</summary>
    public WaitingGauges(IMeterFactory meters, IEventStore store, PlaceholderExpiry placeholders, TimeProvider time)
    {
        (_store, _placeholders, _time) = (store, placeholders, time);
        var meter = meters.Create(PurgatoryMetrics.MeterName);
        meter.CreateObservableGauge("gitnostrbridge.purgatory.waiting", Counts, "{event}", "What waits for its git data or its event, by kind.");
        meter.CreateObservableGauge("gitnostrbridge.purgatory.oldest", Ages, "s", "How long the oldest of each kind has waited.");
    }

    private IEnumerable<Measurement<long>> Counts() =>
    [
        .. ByName().Select(kind => new Measurement<long>(kind.Count, new KeyValuePair<string, object?>("kind", kind.Name))),
        new(_placeholders.Waiting().Count(), new KeyValuePair<string, object?>("kind", Placeholder)),
    ];

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = _time.GetUtcNow();
        var placeholders = _placeholders.Waiting().Select(waiting => (now - waiting.Placeholder.Since).TotalSeconds).DefaultIfEmpty().Max();
        return
        [
            .. ByName().Select(kind => new Measurement<double>(kind.Age, new KeyValuePair<string, object?>("kind", kind.Name))),
            new(placeholders, new KeyValuePair<string, object?>("kind", Placeholder)),
        ];
    }

    // Kinds of which nothing waits are told too, or a graph would end at the last one.
    private IEnumerable<(string Name, long Count, double Age)> ByName()
    {
        var reading = Task.Run(() => _store.HeldKindsAsync(CancellationToken.None));
        if (reading.Wait(Patience))
        {
            _kinds = reading.Result;
        }

        var now = _time.GetUtcNow();
        return new[] { EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState, EventKinds.PullRequest, EventKinds.PullRequestUpdate }
            .Select(kind => (Kind: kind, Held: _kinds.FirstOrDefault(held => held.Kind == kind)))
            .Select(entry => (PurgatoryMetrics.KindName(entry.Kind), entry.Held?.Count ?? 0, entry.Held is { } held ? Math.Max(0, (now - held.Oldest).TotalSeconds) : 0));
    }
}
