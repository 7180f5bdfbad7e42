using System.Diagnostics.Metrics;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Counts what is fetched from other servers.</summary>
public sealed class FetchMetrics
{
    // Anybody may announce URLs; a label for each of their domains would fill the memory of whoever keeps the figures.
    private const int MostDomains = 50;

    private const string OtherDomains = "other";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _objects;
    private readonly Counter<long> _requests;
    private readonly UpDownCounter<long> _inFlight;

    /// <summary>Makes the instruments.</summary>
    public FetchMetrics(IMeterFactory meters, FetchQueue queue)
    {
        var meter = meters.Create(PurgatoryMetrics.MeterName);
        meter.CreateObservableGauge("gitnostrbridge.purgatory.queue", () => queue.Count, "{identifier}", "Identifiers for which data is to be fetched, now or later.");
        _attempts = meter.CreateCounter<long>("gitnostrbridge.purgatory.fetch.attempts", "{fetch}", "Fetches that have ended, by outcome.");
        _objects = meter.CreateCounter<long>("gitnostrbridge.purgatory.fetch.objects", "{object}", "Wanted objects that fetches have brought, each with all that it refers to.");
        _requests = meter.CreateCounter<long>("gitnostrbridge.purgatory.fetch.requests", "{fetch}", "Fetches begun, by domain.");
        _inFlight = meter.CreateUpDownCounter<long>("gitnostrbridge.purgatory.fetch.in_flight", "{fetch}", "Fetches under way, by domain.");
    }

    /// <summary>A fetch begins; disposing the answer ends it.</summary>
    public IDisposable Begin(string domain)
    {
        var label = new KeyValuePair<string, object?>("domain", LabelOf(domain));
        _requests.Add(1, label);
        _inFlight.Add(1, label);
        return new Flight(() => _inFlight.Add(-1, label));
    }

    /// <summary>What came of a fetch, in one word.</summary>
    public static string OutcomeOf(FetchResult result) => result switch
    {
        FetchResult.Brought => "brought",
        FetchResult.NoRoom => "no_room",
        FetchResult.NotAllowed => "not_allowed",
        _ => "failed",
    };

    /// <summary>What came of a fetch.</summary>
    public void Ended(FetchResult result)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", OutcomeOf(result)));
        _objects.Add(result is FetchResult.Brought { Oids.Count: var objects } ? objects : 0);
    }

    private string LabelOf(string domain)
    {
        lock (_lock)
        {
            return _domains.Contains(domain) || (_domains.Count < MostDomains && _domains.Add(domain)) ? domain : OtherDomains;
        }
    }

    private sealed class Flight(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
