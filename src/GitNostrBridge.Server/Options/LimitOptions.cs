namespace GitNostrBridge.Server;

/// <summary>Section `Limits`: what a stranger may ask of this server.</summary>
/// <param name="MessageBytes">One WebSocket message; a state of 1,000 refs takes about 100 KB.</param>
/// <param name="Connections">Open WebSockets.</param>
/// <param name="SubscriptionsPerConnection">Open subscriptions of one WebSocket.</param>
/// <param name="FiltersPerRequest">Filters of one REQ.</param>
/// <param name="ValuesPerFilter">Values of all conditions of one filter.</param>
/// <param name="EventsPerFilter">Stored events answered per filter.</param>
/// <param name="AnswerBytes">Bytes of stored events answered per REQ.</param>
/// <param name="UnsentBytes">Bytes that may wait for a slow reader before he is disconnected.</param>
/// <param name="PackBytes">One push's pack.</param>
/// <param name="ObjectsPerPush">Objects of one push, by the head of its pack.</param>
/// <param name="RepositoryBytes">Disk that one repository may take.</param>
/// <param name="TotalBytes">Disk that all repositories may take; 0: only <paramref name="FreeDiskBytes"/> bounds it.</param>
/// <param name="FreeDiskBytes">Free disk below which pushes are refused.</param>
/// <param name="RefsPerPush">Ref updates of one push.</param>
/// <param name="RefsPerRepository">Refs of one repository.</param>
/// <param name="FetchRequestBytes">One fetch's request, after inflation.</param>
/// <param name="RefusedPushBytes">How much of a refused push's body is still read, so that the client sees the answer.</param>
/// <param name="Fetches">Clones and fetches that git serves at once; one repository and one address have half of them each.</param>
/// <param name="Advertisements">Ref advertisements at once; half of them each, likewise.</param>
/// <param name="Pushes">Pushes at once; half of them each, likewise.</param>
/// <param name="QueuedRequests">Git requests that wait for their turn, of each of these three; half of them of one address.</param>
/// <param name="QueueTime">How long they wait; then the client is told to try again.</param>
/// <param name="BytesPerSecond">A client who sends or takes less is disconnected, but WebSockets.</param>
public sealed record LimitOptions(
    int MessageBytes = 512 * 1024,
    int Connections = 5_000,
    int SubscriptionsPerConnection = 50,
    int FiltersPerRequest = 20,
    int ValuesPerFilter = 2_000,
    int EventsPerFilter = 1_000,
    long AnswerBytes = 16L << 20,
    long UnsentBytes = 4L << 20,
    long PackBytes = 2L << 30,
    long ObjectsPerPush = 5_000_000,
    long RepositoryBytes = 20L << 30,
    long TotalBytes = 0,
    long FreeDiskBytes = 1L << 30,
    int RefsPerPush = 2_000,
    int RefsPerRepository = 50_000,
    long FetchRequestBytes = 32L << 20,
    long RefusedPushBytes = 256L << 20,
    int Fetches = 32,
    int Advertisements = 64,
    int Pushes = 64,
    int QueuedRequests = 1_000,
    TimeSpan? QueueTime = null,
    int BytesPerSecond = 1_024);
