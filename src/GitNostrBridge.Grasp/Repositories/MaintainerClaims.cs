using System.Collections.Frozen;
using System.Globalization;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Grasp;

/// <summary>What one announcement says about people (R14).</summary>
public sealed class MaintainerClaims
{
    private MaintainerClaims(IReadOnlyList<Entry> entries, PublicKey author)
    {
        var ofAuthor = entries.Where(entry => entry.Key == author).ToList();
        Declines = ofAuthor.Count > 0 && !ofAuthor.Any(entry => entry.IsActiveMaintainer);
        Named = entries.Select(entry => entry.Key).ToFrozenSet();
        var maintainers = entries.Where(entry => entry.IsActiveMaintainer).Select(entry => entry.Key);
        Maintainers = (Declines ? maintainers : maintainers.Append(author)).ToFrozenSet();
    }

    /// <summary>Who it says maintains the project now; its author is among them unless he declines.</summary>
    public IReadOnlySet<PublicKey> Maintainers { get; }

    /// <summary>Everyone in any entry that is not void: maintainer or moderator, now or once (R7).</summary>
    public IReadOnlySet<PublicKey> Named { get; }

    /// <summary>Whether the author names himself, but not as an active maintainer: this outranks what others say of him.</summary>
    public bool Declines { get; }

    /// <summary>Reads the tags `M`, `m` and `o`; without any that is not void, the first `maintainers` tag (R6, R14).</summary>
    public static MaintainerClaims Of(NostrEvent announcement)
    {
        // A void role tag is as if it were not there, so it does not hide `maintainers` either.
        var roles = announcement.Tags.Where(tag => tag.Name is "M" or "m" or "o").Select(ReadRole).OfType<Entry>().ToList();
        var entries = roles.Count > 0 ? roles : announcement.FirstTag("maintainers")?.Values.Select(ReadMaintainer).OfType<Entry>();
        return new MaintainerClaims([.. entries ?? []], announcement.Author);
    }

    private static Entry? ReadMaintainer(string key) => PublicKey.TryParse(key, out var maintainer) ? new Entry(maintainer, true) : null;

    // ["M"|"m"|"o", key, start, end, start, …]: null when void.
    private static Entry? ReadRole(EventTag tag)
    {
        var times = tag.Items.Skip(2).ToList();
        var isValid = times.Select((time, index) => IsTime(time) || (time == "defer" && index == times.Count - 1 && index % 2 == 1)).All(valid => valid);
        var isActive = times.Count == 0 || times.Count % 2 == 1;
        return isValid && PublicKey.TryParse(tag.Value, out var key) ? new Entry(key, isActive && tag.Name != "o") : null;
    }

    private static bool IsTime(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private readonly record struct Entry(PublicKey Key, bool IsActiveMaintainer);
}
