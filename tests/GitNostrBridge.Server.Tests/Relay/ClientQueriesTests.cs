using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

public sealed class ClientQueriesTests
{
    private static readonly IReadOnlyList<Filter> Anything = [new Filter()];

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended_and_its_turn_is_free_again()
    {
        await using var store = await SqliteEventStore.OpenTemporaryAsync(TestContext.Current.CancellationToken);
        var time = new FakeTimeProvider();
        using var queries = new ClientQueries(store, new CurrentLimits(new LimitOptions(QuerySeconds: 1, QueriesAtOnce: 1)), time, NullLogger<ClientQueries>.Instance);
        var begun = new TaskCompletionSource();
        var endless = queries.AskAsync<long>(
            async end =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, end);
                return 0;
            },
            CancellationToken.None);
        await begun.Task;

        time.Advance(TimeSpan.FromSeconds(2));

        var outcome = Assert.IsType<ClientQueryOutcome<long>.Unanswered>(await endless);
        Assert.StartsWith("error: the query took longer than 1 s", outcome.Text, StringComparison.Ordinal);
        Assert.IsType<ClientQueryOutcome<long>.Answered>(await queries.CountAsync(Anything, CancellationToken.None));
    }

    [Fact]
    public async Task Beyond_the_bound_a_query_waits_and_is_refused_politely()
    {
        await using var store = await SqliteEventStore.OpenTemporaryAsync(TestContext.Current.CancellationToken);
        using var queries = new ClientQueries(store, new CurrentLimits(new LimitOptions(QuerySeconds: 1, QueriesAtOnce: 1)), new FakeTimeProvider(), NullLogger<ClientQueries>.Instance);
        var release = new TaskCompletionSource<long>();
        var first = queries.AskAsync(_ => release.Task, CancellationToken.None);

        var second = Assert.IsType<ClientQueryOutcome<long>.Unanswered>(await queries.CountAsync(Anything, CancellationToken.None));

        Assert.StartsWith("rate-limited: ", second.Text, StringComparison.Ordinal);
        release.SetResult(7);
        Assert.Equal(7, Assert.IsType<ClientQueryOutcome<long>.Answered>(await first).Answer);
    }
}
