using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>The list of announcements for whose owners something stands.</summary>
public sealed class OwnedTests : StoreTest
{
    [Fact]
    public async Task The_newest_standing_comes_first_and_what_stands_for_nobody_is_left_out()
    {
        var (old, lively, waiting) = (Announced(Alice, "old"), Announced(Bob, "lively"), Announced(Carol, "waiting"));
        await StandAsync(old, 10);
        await StandAsync(lively, 30);
        await SavedAsync(waiting);

        await AssertListAsync([lively, old], 2);
        await StandAsync(old, 40);
        await AssertListAsync([old, lively], 2);
        await Store.WithdrawAsync([lively.Id], default);
        await AssertListAsync([old], 1);
    }

    [Fact]
    public async Task It_is_read_in_parts()
    {
        for (var number = 0; number < 5; number++)
        {
            await StandAsync(Announced(Alice, $"r{number}"), number);
        }

        await AssertListAsync([Announced(Alice, "r2"), Announced(Alice, "r1")], 5, skip: 2, most: 2);
        await AssertListAsync([], 5, skip: 9);
    }

    [Theory]
    [InlineData("bridge", true)]
    [InlineData("brid", true)]
    [InlineData("git-nostr", true)]
    [InlineData("nostr git", true)]
    [InlineData(" my/repo.x ", true)]
    [InlineData("my/", true)]
    [InlineData("!!", true)]
    [InlineData("", true)]
    [InlineData("repo", false)]
    [InlineData("bridge unknown", false)]
    [InlineData("\" OR *", false)]
    public async Task Words_of_its_text_or_the_beginning_of_its_identifier_find_one(string phrase, bool isFound)
    {
        var announcement = Of(Alice, EventKinds.RepositoryAnnouncement, 1, ["d", "my/repo.x"], ["name", "The Bridge"], ["description", "between git and nostr"]);
        await StandAsync(announcement, 1);
        await AssertListAsync(isFound ? [announcement] : [], isFound ? 1 : 0, phrase);
    }

    [Fact]
    public async Task What_has_expired_is_left_out()
    {
        await StandAsync(Of(Alice, EventKinds.RepositoryAnnouncement, 1, ["d", "d"], ["expiration", "10"]), 1);
        await AssertListAsync([], 0);
    }

    [Fact]
    public async Task All_events_are_counted()
    {
        await StandAsync(Announced(Alice, "one"), 1);
        await HoldAsync(State(Bob, 1));
        Assert.Equal(new EventCounts(Served: 2, Held: 1), await Store.CountAllAsync(default));
    }

    private static NostrEvent Announced(PublicKey owner, string identifier) => Of(owner, EventKinds.RepositoryAnnouncement, 1, ["d", identifier]);

    private async Task StandAsync(NostrEvent announcement, long since)
    {
        await SaveAsync(announcement);
        var state = State(announcement.Author, since, announcement.Identifier);
        await HoldAsync(state, topic: announcement.Identifier);
        await ReleaseAsync(state, announcement.Author);
    }

    private async Task AssertListAsync(IEnumerable<NostrEvent> expected, long all, string? phrase = null, int skip = 0, int most = 10)
    {
        var list = await Store.OwnedAsync(new OwnedQuery(EventKinds.RepositoryAnnouncement, phrase is null ? null : SearchPhrase.Parse(phrase), skip, most), default);
        Assert.Equal(expected.Select(announcement => announcement.Id), list.Events.Select(owned => owned.Stored.Id));
        Assert.Equal(all, list.All);
    }
}
