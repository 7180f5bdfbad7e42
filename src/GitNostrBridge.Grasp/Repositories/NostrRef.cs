using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>The names `refs/nostr/…`, where the commits of pull requests stand (R28).</summary>
public static class NostrRef
{
    private const string Prefix = "refs/nostr/";

    /// <summary>Whether the ref lies in that namespace, well named or not.</summary>
    public static bool Contains(RefName name) => name.Full.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads the event's id from a name: 64 lower-case hex digits and nothing else.</summary>
    public static bool TryRead(RefName name, out EventId id)
    {
        id = default;
        return Contains(name) && EventId.TryParse(name.Full[Prefix.Length..], out id);
    }

    /// <summary>The ref of an event.</summary>
    public static RefName Of(EventId id) =>
        RefName.TryParse(Prefix + id.Hex, out var name) ? name : throw new InvalidOperationException("hex digits make a ref name");
}
