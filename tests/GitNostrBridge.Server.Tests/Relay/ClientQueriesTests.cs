using System.Net;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;
using GitNostrBridge.TestKit;
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
    public async Task Answers_that_are_being_sent_are_bounded_in_all_and_half_of_them_is_one_clients()
    {
        await using var store = await SqliteEventStore.OpenTemporaryAsync(TestContext.Current.CancellationToken);
        await store.SaveAsync(new Person().Sign(EventKinds.Issue, [], new string('x', 3_000)), CancellationToken.None);
        var time = new FakeTimeProvider();
        using var queries = new ClientQueries(store, new CurrentLimits(new LimitOptions(AnswerBytes: 5_000, SendingBytes: 10_000)), time, NullLogger<ClientQueries>.Instance);
        using var first = Assert.IsType<ClientQueryOutcome<AnswerInHand>.Answered>(await AskAsync(1)).Answer;
        Assert.Single(first.Result.Events);
        var again = AskAsync(1);
        using var other = Assert.IsType<ClientQueryOutcome<AnswerInHand>.Answered>(await AskAsync(2)).Answer;
        var third = AskAsync(3);

        time.Advance(TimeSpan.FromSeconds(5));

        foreach (var refused in await Task.WhenAll(again, third))
        {
            Assert.StartsWith("rate-limited: ", Assert.IsType<ClientQueryOutcome<AnswerInHand>.Unanswered>(refused).Text, StringComparison.Ordinal);
        }

        first.Dispose();
        using var last = Assert.IsType<ClientQueryOutcome<AnswerInHand>.Answered>(await AskAsync(3)).Answer;

        Task<ClientQueryOutcome<AnswerInHand>> AskAsync(int client) =>
            queries.QueryToSendAsync(Anything, IPAddress.Parse($"192.0.2.{client}"), CancellationToken.None);
    }

    [Fact]
    public async Task Once_an_answer_is_sent_its_room_is_free_again()
    {
        await using var scene = await RelayScene.StartAsync(("Limits:AnswerBytes", "5000"), ("Limits:SendingBytes", "10000"), ("Limits:QuerySeconds", "1"));
        var comment = scene.Related(content: new string('x', 3_000));
        await scene.ServeAsync(comment);
        await using var relay = await scene.ConnectAsync();
        for (var round = 0; round < 4; round++)
        {
            Assert.Equal([comment.Id.Hex], await relay.QueryAsync($"{{\"ids\":[\"{comment.Id.Hex}\"]}}"));
        }
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
