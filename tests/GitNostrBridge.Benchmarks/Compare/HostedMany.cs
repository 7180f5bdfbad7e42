using System.Globalization;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>Many hosted repositories, put on the disk and into the store as a server would have left them.</summary>
internal static class HostedMany
{
    private const int AtOnce = 200;

    /// <summary>A copy of one repository for each of many owners, with his announcement and state released.</summary>
    /// <param name="data">The data folder of a server that does not run.</param>
    /// <param name="template">A bare repository that a server has made, tidied.</param>
    /// <param name="refs">Its branches.</param>
    /// <param name="count">How many.</param>
    /// <returns>The owners; each one's repository is <see cref="IdentifierOf"/> his place in the list.</returns>
    public static async Task<IReadOnlyList<Person>> MakeAsync(string data, string template, IReadOnlyDictionary<string, string> refs, int count)
    {
        var owners = Enumerable.Range(0, count).Select(_ => new Person()).ToList();
        await using var store = await SqliteEventStore.OpenAsync(Path.Combine(data, "relay"), CancellationToken.None);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(number => Task.Run(async () =>
            {
                var identifier = IdentifierOf(number);
                Copy(template, Path.Combine(data, "git", owners[number].Npub, $"{identifier}.git"));
                await ReleaseAsync(store, owners[number], identifier, refs);
            })));
        }

        return owners;
    }

    /// <summary>The identifier of the repository at a place in the list.</summary>
    public static string IdentifierOf(int number) => string.Create(CultureInfo.InvariantCulture, $"project-{number}");

    private static async Task ReleaseAsync(SqliteEventStore store, Person owner, string identifier, IReadOnlyDictionary<string, string> refs)
    {
        var now = DateTimeOffset.UtcNow;
        var (announcement, state) = (Stage.Announce(owner, identifier), owner.State(identifier, refs));
        foreach (var (nostrEvent, replacesOlder) in new[] { (announcement, true), (state, false) })
        {
            await store.HoldAsync(new HeldEvent(nostrEvent, identifier, replacesOlder, now, now + TimeSpan.FromHours(1)), CancellationToken.None);
        }

        await store.ReleaseAsync([new EventRelease(announcement.Id, []), new EventRelease(state.Id, [owner.Key])], CancellationToken.None);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
