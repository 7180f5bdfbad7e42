namespace GitNostrBridge.Server;

/// <summary>Section `Limits`: what a stranger may ask of this server.</summary>
/// <param name="MessageBytes">One WebSocket message; a state of 1,000 refs takes about 100 KB.</param>
/// <param name="EventBytes">One event, as it is served.</param>
/// <param name="TagsPerEvent">Tags of one event; a state has one for each ref.</param>
/// <param name="TagValueLength">Characters of one item of a tag.</param>
/// <param name="FutureSeconds">How far in the future an event's `created_at` may lie.</param>
/// <param name="EventsPerMinute">Events that one WebSocket may send; a minute's worth may come at once.</param>
/// <param name="Connections">Open WebSockets.</param>
/// <param name="HttpConnections">Open connections that are no WebSockets, of browsers and git clients; a further one is closed at once.</param>
/// <param name="ConnectionsPerAddress">Open WebSockets of one IPv4 address or IPv6 /64; many people share one behind a router.</param>
/// <param name="SubscriptionsPerConnection">Open subscriptions of one WebSocket.</param>
/// <param name="FiltersPerRequest">Filters of one REQ.</param>
/// <param name="ValuesPerFilter">Values of all conditions of one filter.</param>
/// <param name="EventsPerFilter">Stored events answered per filter.</param>
/// <param name="AnswerBytes">Bytes of stored events answered per REQ.</param>
/// <param name="SendingBytes">Bytes of stored events that are searched or sent at once, over all WebSockets; half of them of one address.</param>
/// <param name="QuerySeconds">How long one REQ or COUNT may search.</param>
/// <param name="QueriesAtOnce">REQs and COUNTs that search at the same time; the store has four readers, of which pushes and events need one.</param>
/// <param name="UnsentBytes">Bytes that may wait for a slow reader before he is disconnected.</param>
/// <param name="PackBytes">One push's pack.</param>
/// <param name="ObjectsPerPush">Objects of one push, by the head of its pack.</param>
/// <param name="RepositoryBytes">Disk that one repository may take.</param>
/// <param name="TotalBytes">Disk that all repositories may take; 0: only <paramref name="FreeDiskBytes"/> bounds it.</param>
/// <param name="FreeDiskBytes">Free disk below which pushes are refused.</param>
/// <param name="RefsPerPush">Ref updates of one push; their list may take 256 bytes for each, and 512 KiB at least.</param>
/// <param name="RefsPerRepository">Refs of one repository.</param>
/// <param name="FetchRequestBytes">One fetch's request, after inflation.</param>
/// <param name="LargeRequestBytes">Bytes on disk of all fetches' requests of more than 1 MiB; half of them of one address.</param>
/// <param name="RefusedPushBytes">How much of a refused push's body is still read, so that the client sees the answer.</param>
/// <param name="Fetches">Clones and fetches that git serves at once; one repository and one address have half of them each.</param>
/// <param name="Advertisements">Ref advertisements that git makes at once; half of them each, likewise. Those from memory are not counted.</param>
/// <param name="RefMemoryBytes">Memory for the refs of repositories that are asked for them often; what is asked for least recently goes first.</param>
/// <param name="Pushes">Pushes at once; half of them each, likewise.</param>
/// <param name="QueuedRequests">Git requests that wait for their turn, of each of these three; half of them of one address.</param>
/// <param name="QueueMilliseconds">How long they wait; then the client is told to try again.</param>
/// <param name="BytesPerSecond">A client who sends or takes less is disconnected, but WebSockets.</param>
/// <param name="DrainSeconds">How long pushes and clones that run may take to finish when the server stops.</param>
public sealed record LimitOptions(
    int MessageBytes = 512 * 1024,
    int EventBytes = 256 * 1024,
    int TagsPerEvent = 5_000,
    int TagValueLength = 16 * 1024,
    int FutureSeconds = 900,
    int EventsPerMinute = 6_000,
    int Connections = 5_000,
    int HttpConnections = 20_000,
    int ConnectionsPerAddress = 2_000,
    int SubscriptionsPerConnection = 50,
    int FiltersPerRequest = 20,
    int ValuesPerFilter = 2_000,
    int EventsPerFilter = 1_000,
    long AnswerBytes = 16L << 20,
    long SendingBytes = 256L << 20,
    int QuerySeconds = 5,
    int QueriesAtOnce = 3,
    long UnsentBytes = 4L << 20,
    long PackBytes = 2L << 30,
    long ObjectsPerPush = 5_000_000,
    long RepositoryBytes = 20L << 30,
    long TotalBytes = 0,
    long FreeDiskBytes = 1L << 30,
    int RefsPerPush = 2_000,
    int RefsPerRepository = 50_000,
    long FetchRequestBytes = 32L << 20,
    long LargeRequestBytes = 1L << 30,
    long RefusedPushBytes = 256L << 20,
    int Fetches = 32,
    int Advertisements = 64,
    long RefMemoryBytes = 64L << 20,
    int Pushes = 64,
    int QueuedRequests = 1_000,
    int QueueMilliseconds = 30_000,
    int BytesPerSecond = 1_024,
    int DrainSeconds = 30)
{
    /// <summary>Reads and checks the section.</summary>
    public static LimitOptions Read(SectionReader section)
    {
        var defaults = new LimitOptions();
        return new LimitOptions(
            section.Number(nameof(MessageBytes), defaults.MessageBytes),
            section.Number(nameof(EventBytes), defaults.EventBytes),
            section.Number(nameof(TagsPerEvent), defaults.TagsPerEvent),
            section.Number(nameof(TagValueLength), defaults.TagValueLength),
            section.Number(nameof(FutureSeconds), defaults.FutureSeconds),
            section.Number(nameof(EventsPerMinute), defaults.EventsPerMinute),
            section.Number(nameof(Connections), defaults.Connections),
            section.Number(nameof(HttpConnections), defaults.HttpConnections),
            section.Number(nameof(ConnectionsPerAddress), defaults.ConnectionsPerAddress),
            section.Number(nameof(SubscriptionsPerConnection), defaults.SubscriptionsPerConnection),
            section.Number(nameof(FiltersPerRequest), defaults.FiltersPerRequest),
            section.Number(nameof(ValuesPerFilter), defaults.ValuesPerFilter),
            section.Number(nameof(EventsPerFilter), defaults.EventsPerFilter),
            section.Number(nameof(AnswerBytes), defaults.AnswerBytes),
            section.Number(nameof(SendingBytes), defaults.SendingBytes),
            section.Number(nameof(QuerySeconds), defaults.QuerySeconds),
            section.Number(nameof(QueriesAtOnce), defaults.QueriesAtOnce),
            section.Number(nameof(UnsentBytes), defaults.UnsentBytes),
            section.Number(nameof(PackBytes), defaults.PackBytes),
            section.Number(nameof(ObjectsPerPush), defaults.ObjectsPerPush),
            section.Number(nameof(RepositoryBytes), defaults.RepositoryBytes),
            section.Number(nameof(TotalBytes), defaults.TotalBytes, least: 0),
            section.Number(nameof(FreeDiskBytes), defaults.FreeDiskBytes, least: 0),
            section.Number(nameof(RefsPerPush), defaults.RefsPerPush),
            section.Number(nameof(RefsPerRepository), defaults.RefsPerRepository),
            section.Number(nameof(FetchRequestBytes), defaults.FetchRequestBytes),
            section.Number(nameof(LargeRequestBytes), defaults.LargeRequestBytes),
            section.Number(nameof(RefusedPushBytes), defaults.RefusedPushBytes),
            section.Number(nameof(Fetches), defaults.Fetches),
            section.Number(nameof(Advertisements), defaults.Advertisements),
            section.Number(nameof(RefMemoryBytes), defaults.RefMemoryBytes, least: 0),
            section.Number(nameof(Pushes), defaults.Pushes),
            section.Number(nameof(QueuedRequests), defaults.QueuedRequests),
            section.Number(nameof(QueueMilliseconds), defaults.QueueMilliseconds),
            section.Number(nameof(BytesPerSecond), defaults.BytesPerSecond),
            section.Number(nameof(DrainSeconds), defaults.DrainSeconds, least: 0));
    }
}
