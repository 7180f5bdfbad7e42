using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>
/// A push as it would change the repository now. What a client takes for a ref's value may be out of date, because another has pushed or a state
/// was released meanwhile, or because the ref is hidden from it; the state decides where refs go, not where somebody saw them last.
/// </summary>
public sealed class PushCommands
{
    private readonly Dictionary<RefName, RefName> _storedNames;

    private PushCommands(IReadOnlyList<RefUpdate> updates, Dictionary<RefName, RefName> storedNames)
    {
        Updates = updates;
        _storedNames = storedNames;
    }

    /// <summary>What is asked for, in the client's order and names, each from the value that the ref really has. A command with the same old and new value stays as it is (R17).</summary>
    public IReadOnlyList<RefUpdate> Updates { get; }

    /// <summary>What git is to do once that is authorised: only what changes something, under the names that refs are stored by.</summary>
    public IReadOnlyList<RefUpdate> ForGit => [.. Updates.Where(update => !update.IsNoOp).Select(update => update with { Name = StoredName(update.Name) })];

    /// <summary>Whether anything is kept until its event comes (R28).</summary>
    public bool MakesPlaceholders => Updates.Any(update => !update.IsNoOp && StoredName(update.Name) != update.Name);

    /// <summary>Reads a push against the refs as they are.</summary>
    /// <param name="sent">The client's commands.</param>
    /// <param name="refs">All refs of the repository.</param>
    /// <param name="isKnown">Whether an event is here, served or held; a commit for any other is kept as a placeholder.</param>
    /// <param name="now">From when on a new placeholder waits.</param>
    public static PushCommands Of(IEnumerable<RefUpdate> sent, RefSnapshot refs, Func<EventId, bool> isKnown, DateTimeOffset now)
    {
        var placeholders = PlaceholderRef.In(refs).ToLookup(placeholder => placeholder.Id);
        var updates = new List<RefUpdate>();
        var storedNames = new Dictionary<RefName, RefName>();
        foreach (var update in sent)
        {
            var stored = update.Name;
            if (NostrRef.TryRead(update.Name, out var id) && !refs.Refs.ContainsKey(update.Name) && !isKnown(id))
            {
                stored = placeholders[id].FirstOrDefault()?.Name ?? PlaceholderRef.NameOf(id, now);
            }

            storedNames[update.Name] = stored;
            updates.Add(update.IsNoOp ? update : update with { Old = refs.Refs.GetValueOrDefault(stored) });
        }

        return new PushCommands(updates, storedNames);
    }

    /// <summary>The name by which git keeps a ref of the push.</summary>
    public RefName StoredName(RefName sent) => _storedNames[sent];
}
