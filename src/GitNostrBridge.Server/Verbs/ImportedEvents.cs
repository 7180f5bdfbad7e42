using System.Collections.Frozen;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What became of the events.</summary>
/// <param name="Read">How many genuine ones there were.</param>
/// <param name="Accepted">How many are served now.</param>
/// <param name="Refused">Those that are not, by reason.</param>
/// <param name="Unreadable">Lines and events that were no genuine events.</param>
internal sealed record EventImport(int Read, int Accepted, IReadOnlyDictionary<string, int> Refused, int Unreadable);

/// <summary>Lets events in by the door that all events take: verified, admitted by the rules, held until their data is here.</summary>
internal sealed class ImportedEvents(EventAdmission admission, EventVerifier verifier, ProgressLine progress)
{
    private readonly Dictionary<EventId, NostrEvent> _events = [];

    private static readonly FrozenSet<PublicKey> Nobody = FrozenSet<PublicKey>.Empty;

    private int _unreadable;

    /// <summary>Takes note of an event.</summary>
    public void Add(NostrEvent found)
    {
        if (verifier.Verify(found) is EventVerification.Genuine)
        {
            _events[found.Id] = found;
            progress.Show("reading events", _events.Count, 0);
        }
        else
        {
            _unreadable++;
        }
    }

    /// <summary>Takes note of the events of a file, one JSON object a line; lines that are none are counted.</summary>
    public async Task AddFileAsync(string path, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(path);
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (EventJson.Parse(System.Text.Encoding.UTF8.GetBytes(line)) is EventParse.Parsed parsed)
            {
                Add(parsed.Event);
            }
            else
            {
                _unreadable++;
            }
        }
    }

    /// <summary>
    /// Offers all of them: announcements, states, pull requests, then the others as long as one lets another in (what refers to what, R32), and last the
    /// deletions.
    /// </summary>
    public async Task<EventImport> AdmitAsync(CancellationToken cancellationToken)
    {
        var refused = new Dictionary<NostrEvent, string>();
        var accepted = 0;
        foreach (var group in _events.Values.GroupBy(Turn).OrderBy(group => group.Key))
        {
            var open = group.OrderBy(found => found.CreatedAt).ThenBy(found => found.Id).ToList();
            var goesOn = true;
            while (goesOn && open.Count > 0)
            {
                var left = new List<NostrEvent>();
                foreach (var found in open)
                {
                    progress.Show("offering events", accepted, _events.Count);
                    if (WhyNot(await admission.AdmitAsync(found, EventOrigin.User, Nobody, cancellationToken).ConfigureAwait(false)) is { } reason)
                    {
                        refused[found] = reason;
                        left.Add(found);
                    }
                    else
                    {
                        refused.Remove(found);
                        accepted++;
                    }
                }

                goesOn = left.Count < open.Count;
                open = left;
            }
        }

        return new EventImport(_events.Count, accepted, refused.Values.GroupBy(reason => reason).ToDictionary(group => group.Key, group => group.Count()), _unreadable);
    }

    private static int Turn(NostrEvent found) => found.Kind switch
    {
        EventKinds.RepositoryAnnouncement => 0,
        EventKinds.RepositoryState => 1,
        EventKinds.PullRequest or EventKinds.PullRequestUpdate => 2,
        EventKinds.Deletion or EventKinds.Vanish => 4,
        _ => 3,
    };

    // Held counts as in: what becomes of it is looked at when all events are.
    private static string? WhyNot(AdmissionResult result) => result switch
    {
        AdmissionResult.Refused refused => refused.Reason,
        AdmissionResult.Superseded => "a newer one is here",
        _ => null,
    };
}
