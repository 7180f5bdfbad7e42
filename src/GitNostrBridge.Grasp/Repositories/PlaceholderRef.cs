using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitNostrBridge.Git;

namespace GitNostrBridge.Grasp;

/// <summary>
/// A commit that was pushed to refs/nostr/ before its event (R28), kept as `refs/placeholders/&lt;unix seconds&gt;/&lt;event id&gt;`. git hides that
/// namespace from every client, and the name remembers since when, so nothing else needs to.
/// </summary>
/// <param name="Name">The ref as git stores it.</param>
/// <param name="Id">The event that is expected.</param>
/// <param name="Since">When it was pushed.</param>
/// <param name="Commit">Where it stands.</param>
public sealed record PlaceholderRef(RefName Name, EventId Id, DateTimeOffset Since, Oid Commit)
{
    private const string Prefix = "refs/placeholders/";

    /// <summary>The ref for an event that is expected from now on; whole seconds.</summary>
    public static RefName NameOf(EventId id, DateTimeOffset since)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{since.ToUnixTimeSeconds()}/{id.Hex}");
        return RefName.TryParse(text, out var name) ? name : throw new InvalidOperationException(text);
    }

    /// <summary>Whether the ref has such a name.</summary>
    public static bool Is(RefName name) => TryRead(name, Oid.Zero, out _);

    /// <summary>All of a repository.</summary>
    public static IEnumerable<PlaceholderRef> In(RefSnapshot refs) =>
        refs.Refs.Select(entry => TryRead(entry.Key, entry.Value, out var placeholder) ? placeholder : null).OfType<PlaceholderRef>();

    private static bool TryRead(RefName name, Oid commit, [NotNullWhen(true)] out PlaceholderRef? placeholder)
    {
        placeholder = null;
        if (!name.Full.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (name.Full[Prefix.Length..].Split('/') is [var seconds, var hex]
            && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && since <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            && EventId.TryParse(hex, out var id))
        {
            placeholder = new PlaceholderRef(name, id, DateTimeOffset.FromUnixTimeSeconds(since), commit);
        }

        return placeholder is not null;
    }
}
