using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Counts connections, messages and events of the relay.</summary>
public sealed class RelayMetrics
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _refusedConnections;
    private readonly Counter<long> _events;
    private readonly Histogram<double> _admission;

    /// <summary>Counts on a meter.</summary>
    public RelayMetrics(Meter meter, ConnectionSlots connections, SubscriptionRegistry subscriptions)
    {
        meter.CreateObservableGauge("gitnostrbridge.relay.connections", () => (long)connections.Count, "{connection}", "Open WebSockets.");
        meter.CreateObservableGauge("gitnostrbridge.relay.subscriptions", () => (long)subscriptions.Count, "{subscription}", "Open subscriptions.");
        _refusedConnections = meter.CreateCounter<long>("gitnostrbridge.relay.connections.refused", "{connection}", "WebSockets for which there was no room.");
        _messages = meter.CreateCounter<long>("gitnostrbridge.relay.messages", "{message}", "Messages of clients by their type.");
        _events = meter.CreateCounter<long>("gitnostrbridge.events", "{event}", "Events that were offered, by what became of them.");
        _admission = meter.CreateHistogram("gitnostrbridge.event.admission.duration", "s", "From a genuine event to its OK: rules, store, gate.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
        });
    }

    /// <summary>Notes a connection for which there was no room.</summary>
    public void RefusedConnection() => _refusedConnections.Add(1);

    /// <summary>Notes a message.</summary>
    public void Received(ClientMessage message) => _messages.Add(1, new KeyValuePair<string, object?>("type", message switch
    {
        ClientMessage.Event => "EVENT",
        ClientMessage.Req => "REQ",
        ClientMessage.Close => "CLOSE",
        ClientMessage.Count => "COUNT",
        ClientMessage.Auth => "AUTH",
        ClientMessage.Malformed => "malformed",
        _ => "other",
    }));

    /// <summary>Notes an event that is not genuine, too large, or one too many.</summary>
    public void TurnedAway(ClientMessage message)
    {
        if (message is ClientMessage.Event { Published: var published })
        {
            _events.Add(1, Group(published), new("outcome", "turned_away"));
        }
    }

    /// <summary>Notes an event that the rules have decided about; null when they could not.</summary>
    public void Decided(NostrEvent nostrEvent, AdmissionResult? result, long startedAt)
    {
        var group = Group(nostrEvent);
        _events.Add(1, group, new("outcome", OutcomeOf(result)));
        _admission.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, group);
    }

    /// <summary>What became of an event, in one word.</summary>
    internal static string OutcomeOf(AdmissionResult? result) => result switch
    {
        AdmissionResult.Accepted => "accepted",
        AdmissionResult.Held => "held",
        AdmissionResult.Duplicate => "duplicate",
        AdmissionResult.Superseded => "superseded",
        AdmissionResult.Refused => "refused",
        _ => "failed",
    };

    // So few words that nobody can make many series.
    private static KeyValuePair<string, object?> Group(NostrEvent nostrEvent) => new("kind", nostrEvent.Kind switch
    {
        EventKinds.RepositoryAnnouncement => "announcement",
        EventKinds.RepositoryState => "state",
        EventKinds.PullRequest or EventKinds.PullRequestUpdate => "pull_request",
        EventKinds.Issue or EventKinds.Patch or EventKinds.Comment => "discussion",
        EventKinds.Deletion or EventKinds.Vanish => "deletion",
        EventKinds.Profile or EventKinds.RelayList or EventKinds.GraspList => "person",
        _ => "other",
    });
}
