using System.Collections.Frozen;

namespace GitNostrBridge.Nostr.Tests;

public sealed class SubscriptionRegistryTests
{
    private static readonly string[] Values = ["", "a", "b", "c"];

    [Fact]
    public async Task The_index_delivers_exactly_what_the_filters_mean_and_each_event_once()
    {
        const int Rounds = 250, Subscriptions = 8;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var events = Enumerable.Range(0, 40).Select(_ => RandomEvent(random)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var registry = new SubscriptionRegistry();
            var publisher = new EventPublisher(new MemoryEventStore(), registry);
            var filters = Enumerable.Range(0, Subscriptions).Select(_ => RandomFilters(random, events)).ToArray();
            var heard = filters.Select(_ => new List<EventId>()).ToArray();
            var registrations = filters.Select((some, index) => registry.Add(some, live => heard[index].Add(live.Event.Id))).ToArray();
            var expected = filters.Select(_ => new List<EventId>()).ToArray();
            for (var turn = 0; turn < events.Length; turn++)
            {
                await publisher.PublishAsync(events[turn], default);
                for (var index = turn < events.Length / 2 ? 0 : 1; index < Subscriptions; index++)
                {
                    expected[index].AddRange(FilterMatcher.MatchesAny(filters[index], events[turn]) ? [events[turn].Id] : []);
                }

                if (turn + 1 == events.Length / 2)
                {
                    registrations[0].Dispose();
                }
            }

            Assert.All(heard.Zip(expected), pair => Assert.True(pair.First.SequenceEqual(pair.Second), $"seed {seed}"));
            Array.ForEach(registrations, registration => registration.Dispose());
            Assert.Equal(0, registry.Count);
        }
    }

    // Ephemeral kinds need no store.
    private static NostrEvent RandomEvent(Random random) => SampleEvents.Sign(
        random.Next(2) == 0 ? SampleEvents.Alice : SampleEvents.Bob,
        20_000 + random.Next(4),
        random.Next(6),
        [.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomTag(random))]);

    private static EventTag RandomTag(Random random)
    {
        var name = Pick(random, "", "d", "D", "t", "tt", "*", "@", "#");
        return random.Next(5) == 0 ? new EventTag(name) : new EventTag(name, Pick(random, Values), Pick(random, Values));
    }

    private static Filter[] RandomFilters(Random random, NostrEvent[] events) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Filter
    {
        Ids = Maybe(random, () => Pick(random, events).Id),
        Authors = Maybe(random, () => Pick(random, SampleEvents.Alice.PublicKey, SampleEvents.Bob.PublicKey)),
        Kinds = Maybe(random, () => 20_000 + random.Next(5)),
        Since = random.Next(4) == 0 ? random.Next(7) : null,
        Until = random.Next(4) == 0 ? random.Next(7) : null,
        Tags = "dDt".Where(_ => random.Next(4) == 0).ToFrozenDictionary(name => name, _ => Some(random, () => Pick(random, Values))),
    })];

    private static FrozenSet<T>? Maybe<T>(Random random, Func<T> make) => random.Next(3) == 0 ? Some(random, make) : null;

    private static FrozenSet<T> Some<T>(Random random, Func<T> make) => Enumerable.Range(0, random.Next(4)).Select(_ => make()).ToFrozenSet();

    private static T Pick<T>(Random random, params T[] from) => from[random.Next(from.Length)];
}
