namespace GitNostrBridge.Server;

/// <summary>Section `Limits`: what a stranger may ask of this server.</summary>
/// <param name="MessageBytes">One WebSocket message; a state of 1,000 refs takes about 100 KB.</param>
/// <param name="EventBytes">One event, as it is served.</param>
/// <param name="TagsPerEvent">Tags of one event; a state has one for each ref.</param>
/// <param name="TagValueLength">Characters of one item of a tag.</param>
/// <param name="FutureSeconds">How far in the future an event's `created_at` may lie.</param>
/// <param name="EventsPerMinute">Events that one WebSocket may send; a minute's worth may come at once.</param>
/// <param name="Connections">Open WebSockets.</param>
/// <param name="ConnectionsPerAddress">Open WebSockets of one IPv4 address or IPv6 /64; many people share one behind a router.</param>
/// <param name="SubscriptionsPerConnection">Open subscriptions of one WebSocket.</param>
/// <param name="FiltersPerRequest">Filters of one REQ.</param>
/// <param name="ValuesPerFilter">Values of all conditions of one filter.</param>
/// <param name="EventsPerFilter">Stored events answered per filter.</param>
/// <param name="AnswerBytes">Bytes of stored events answered per REQ.</param>
/// <param name="QuerySeconds">How long one REQ or COUNT may search.</param>
/// <param name="QueriesAtOnce">REQs and COUNTs that search at the same time; the store has four readers, of which pushes and events need one.</param>
/// <param name="UnsentBytes">Bytes that may wait for a slow reader before he is disconnected.</param>
/// <param name="PackBytes">One push's pack.</param>
/// <param name="RefsPerPush">Ref updates of one push.</param>
/// <param name="FetchRequestBytes">One fetch's request, after inflation.</param>
/// <param name="RefusedPushBytes">How much of a refused push's body is still read, so that the client sees the answer.</param>
public sealed record LimitOptions(
    int MessageBytes = 512 * 1024,
    int EventBytes = 256 * 1024,
    int TagsPerEvent = 5_000,
    int TagValueLength = 16 * 1024,
    int FutureSeconds = 900,
    int EventsPerMinute = 6_000,
    int Connections = 5_000,
    int ConnectionsPerAddress = 2_000,
    int SubscriptionsPerConnection = 50,
    int FiltersPerRequest = 20,
    int ValuesPerFilter = 2_000,
    int EventsPerFilter = 1_000,
    long AnswerBytes = 16L << 20,
    int QuerySeconds = 5,
    int QueriesAtOnce = 3,
    long UnsentBytes = 4L << 20,
    long PackBytes = 2L << 30,
    int RefsPerPush = 2_000,
    long FetchRequestBytes = 32L << 20,
    long RefusedPushBytes = 256L << 20);
