using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

public sealed class ConcurrencyTests : StoreTest
{
    [Fact]
    public async Task Readers_see_whole_states_while_others_write()
    {
        const int times = 60;
        PublicKey[] authors = [Alice, Bob, Carol];
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 6).Select(_ => Task.Run(() => ReadUntilAsync(done.Token))).ToList();

        await Task.WhenAll(authors.Select(author => Task.Run(async () =>
        {
            for (var time = 0; time < times; time++)
            {
                await SaveAsync(State(author, time));
                await SaveAsync(Issue(author, time));
            }
        })));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(authors.Length * (times + 1), (await ServedAsync()).Count);
    }

    [Fact]
    public async Task Of_the_same_event_saved_by_many_at_once_one_is_saved()
    {
        var issue = Issue(Alice, 1);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SaveAsync(issue))));

        Assert.Single(outcomes.OfType<SaveOutcome.Saved>());
        Assert.Equal(49, outcomes.OfType<SaveOutcome.Duplicate>().Count());
    }

    // A replaced state is never missing and never doubled, the horizon never goes back, and nothing lies beyond it.
    private async Task ReadUntilAsync(CancellationToken done)
    {
        var (horizon, ever) = (0L, 0);
        while (!done.IsCancellationRequested)
        {
            var result = await Store.QueryAsync([new Filter { Kinds = [EventKinds.RepositoryState] }], Wide, default);
            Assert.Equal(result.Events.Count, result.Events.Select(stored => stored.Read().Author).Distinct().Count());
            Assert.True(result.Events.Count >= ever);
            Assert.True(result.Horizon >= horizon);
            Assert.All(result.Events, stored => Assert.True(stored.Sequence <= result.Horizon));
            (horizon, ever) = (result.Horizon, result.Events.Count);
        }
    }
}
