using System.Collections.Frozen;
using CsCheck;
using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>The store against <see cref="NaiveStore"/>; values are drawn from few, so that they meet.</summary>
public sealed class RandomStoreTests : StoreTest
{
    private static readonly string[] Values = ["", "x", "X", "x:y", "é", "x\0"];
    private static readonly int[] KindValues = [0, 5, EventKinds.Vanish, 1111, EventKinds.Issue, 10002, EventKinds.RepositoryAnnouncement, EventKinds.RepositoryState];

    // The pool's contents are numbers.
    private static readonly string[] Phrases = ["1", "12 1", "2", "24", "249", "domain:x", "1 2"];
    private static readonly char[] TagNames = ['d', 'e', 'a', 't', 'p'];

    private static readonly Gen<PublicKey> Authors = Gen.OneOf(Alice, Bob, Carol);
    private static readonly Gen<int> Kinds = Gen.OneOf(KindValues);
    private static readonly Gen<string> Value = Gen.OneOf(Values);
    private static readonly Gen<long> Times = Gen.Long[100, 110];

    // Always the same events: their ids must come again to be duplicates, held ones and deleted ones.
    private static readonly NostrEvent[] Pool = MakePool(new Random(250));

    private static readonly Gen<NostrEvent> OfPool = Gen.OneOf(Pool[..60]);

    private static readonly Gen<Filter> Filters = Gen.Select(
        Gen.Null(Gen.OneOf(Pool).Select(known => known.Id).Array[0, 4], 0.8),
        Gen.Null(Authors.Array[0, 2], 0.7),
        Gen.Null(Kinds.Array[0, 3], 0.7),
        Gen.Select(Gen.OneOf(TagNames), Value.Array[0, 3]).Array[0, 2],
        Gen.Select(Gen.Nullable(Times, 0.7), Gen.Nullable(Times, 0.7), Gen.Nullable(Gen.Int[0, 12], 0.5), Gen.Null(Gen.OneOf(Phrases), 0.8)),
        (ids, authors, kinds, tags, rest) => new Filter
        {
            Ids = ids?.ToFrozenSet(),
            Authors = authors?.ToFrozenSet(),
            Kinds = kinds?.ToFrozenSet(),
            Tags = tags.DistinctBy(tag => tag.Item1).ToFrozenDictionary(tag => tag.Item1, tag => tag.Item2.ToFrozenSet()),
            Since = rest.Item1,
            Until = rest.Item2,
            Limit = rest.Item3,
            Search = rest.Item4 is null ? null : SearchPhrase.Parse(rest.Item4),
        });

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (4, OfPool.Select(given => (Step)new Step.Save(given))),
        (4, Gen.Select(OfPool, Gen.Bool, Gen.Int[0, 9], (given, replaces, minutes) =>
            (Step)new Step.Hold(new HeldEvent(given, given.Identifier, replaces, Noon.AddMinutes(minutes), Noon.AddHours(1))))),
        (2, Gen.Select(OfPool, Authors.Array[0, 2], (given, owners) => new EventRelease(given.Id, owners)).Array[1, 8].Select(releases => (Step)new Step.Release(releases))),
        (1, Gen.Select(Authors, OfPool.Array[0, 3], OfPool.Array[0, 2], Times, (author, ids, addresses, until) =>
            (Step)new Step.Delete(new EventDeletion(
                author, [.. ids.Select(given => given.Id)], [.. addresses.Select(EventAddress.Of).OfType<EventAddress>()], until)))),
        (1, OfPool.Array[0, 3].Select(ids => (Step)new Step.Withdraw([.. ids.Select(given => given.Id).Distinct()]))),
        (1, Gen.Select(Authors, Gen.Long[98, 104], (author, until) => (Step)new Step.Vanish(author, until))));

    private abstract record Step
    {
        private Step()
        {
        }

        public sealed record Save(NostrEvent Event) : Step;

        public sealed record Hold(HeldEvent Held) : Step;

        public sealed record Release(EventRelease[] Releases) : Step;

        public sealed record Delete(EventDeletion Deletion) : Step;

        public sealed record Withdraw(EventId[] Ids) : Step;

        public sealed record Vanish(PublicKey Author, long Until) : Step;
    }

    [Fact]
    public async Task Filters_find_what_the_matcher_finds_in_the_right_order_and_number()
    {
        var naive = new NaiveStore();
        foreach (var nostrEvent in Pool[..200])
        {
            Assert.Equal(naive.Save(nostrEvent), (await SaveAsync(nostrEvent)).GetType().Name);
        }

        // Held ones must show in no answer: the naive store never hears of them.
        foreach (var nostrEvent in Pool[200..])
        {
            await HoldAsync(nostrEvent);
        }

        // 12,000 filters, on the average.
        await Filters.Array[1, 3].SampleAsync(
            async filters =>
            {
                Assert.Equal(naive.Query(filters).Select(found => found.Id), await QueryAsync(filters));
                Assert.Equal(naive.Count(filters), await Store.CountAsync(filters, default));
            },
            iter: 6_000,
            threads: 2);
    }

    [Fact]
    public async Task Any_sequence_of_writes_leaves_what_the_plain_store_has()
    {
        await Steps.Array[1, 120].SampleAsync(
            async steps =>
            {
                await using var store = await SqliteEventStore.OpenTemporaryAsync(default);
                var naive = new NaiveStore();
                foreach (var step in steps)
                {
                    var (expected, outcome) = await RunAsync(naive, store, step);
                    Assert.Equal(expected, outcome);
                }

                await CompareAsync(naive, store);
            },
            iter: 40,
            threads: 2);
    }

    private static async Task<(string Expected, string Outcome)> RunAsync(NaiveStore naive, SqliteEventStore store, Step step) => step switch
    {
        Step.Save save => (naive.Save(save.Event), (await store.SaveAsync(save.Event, default)).GetType().Name),
        Step.Hold hold => (naive.Hold(hold.Held), (await store.HoldAsync(hold.Held, default)).GetType().Name),
        Step.Release release =>
            (naive.Release(release.Releases), string.Join(' ', (await store.ReleaseAsync(release.Releases, default)).Select(stored => stored.Id))),
        Step.Delete delete => (naive.Delete(delete.Deletion), string.Join(' ', (await store.DeleteAsync(delete.Deletion, default)).Order())),
        Step.Withdraw withdraw => ($"{naive.Withdraw(withdraw.Ids)}", $"{await store.WithdrawAsync(withdraw.Ids, default)}"),
        Step.Vanish vanish => ($"{naive.Vanish(vanish.Author, vanish.Until)}", $"{await store.VanishAsync(vanish.Author, vanish.Until, 1_000, default)}"),
        _ => throw new InvalidOperationException(step.ToString()),
    };

    private static async Task CompareAsync(NaiveStore naive, SqliteEventStore store)
    {
        var served = (await store.QueryAsync([new Filter()], Wide, default)).Events.Select(stored => stored.Id);
        Assert.Equal(naive.Query([new Filter()]).Select(found => found.Id), served);
        foreach (var topic in Values)
        {
            Assert.Equal(naive.Held(topic).Select(Identity), (await StoreTest.WaitingAsync(store, topic)).Select(Identity));
            Assert.Equal(naive.Standings(topic).ToHashSet(), (await store.StandingsAsync(topic, default)).ToHashSet());
        }

        foreach (var name in TagNames)
        {
            var filter = TagFilter(name, Values);
            Assert.Equal(naive.Count([filter]), await store.CountAsync([filter], default));
        }
    }

    private static (EventId, bool, DateTimeOffset) Identity(HeldEvent held) => (held.Event.Id, held.ReplacesOlder, held.HeldSince);

    private static NostrEvent[] MakePool(Random random)
    {
        T Any<T>(T[] values) => values[random.Next(values.Length)];
        string[] Tag() => [$"{Any(TagNames)}", Any(Values), "second"];
        return
        [
            .. Enumerable.Range(0, 250).Select(number => With(
                $"{number}", Any([Alice, Bob, Carol]), Any(KindValues), random.Next(100, 111), [.. Enumerable.Range(0, random.Next(5)).Select(_ => Tag())])),
        ];
    }
}
