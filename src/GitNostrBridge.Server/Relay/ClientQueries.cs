using System.Net;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>
/// Strangers' questions to the store: bounded in time, and so few at once that the server's own questions, on which every push and event waits,
/// always find a reader. A connection asks one at a time.
/// </summary>
public sealed partial class ClientQueries(IEventStore store, CurrentLimits limits, TimeProvider time, ILogger<ClientQueries> logger) : IDisposable
{
    private static readonly string Busy = MessagePrefix.RateLimited.Before("the relay is busy; ask again later");

    private readonly SemaphoreSlim _turns = new(limits.Now.QueriesAtOnce);

    private readonly ByteBudget _sending = new(() => limits.Now.SendingBytes, time);

    /// <summary>
    /// Stored events that are to be sent at the client's own pace: they are counted until the answer is disposed. The most that they may take is
    /// taken before they are searched, so that nobody who waits for room holds a turn or an answer.
    /// </summary>
    /// <param name="filters">What is asked for.</param>
    /// <param name="client">Who asks, as <see cref="ClientAddress"/> tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClientQueryOutcome<AnswerInHand>> QueryToSendAsync(IReadOnlyList<Filter> filters, IPAddress client, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(limits.Now.QuerySeconds);
        if (await _sending.TakeAsync(client, limits.Now.AnswerBytes, patience, cancellationToken).ConfigureAwait(false) is not { } share)
        {
            return new ClientQueryOutcome<AnswerInHand>.Unanswered(Busy);
        }

        ClientQueryOutcome<QueryResult>? outcome = null;
        try
        {
            outcome = await QueryAsync(filters, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (outcome is not ClientQueryOutcome<QueryResult>.Answered)
            {
                share.Dispose();
            }
        }

        if (outcome is not ClientQueryOutcome<QueryResult>.Answered { Answer: var answer })
        {
            return new ClientQueryOutcome<AnswerInHand>.Unanswered(((ClientQueryOutcome<QueryResult>.Unanswered)outcome).Text);
        }

        share.Shrink(answer.Events.Sum(stored => (long)stored.Json.Length));
        return new ClientQueryOutcome<AnswerInHand>.Answered(new AnswerInHand(answer, share));
    }

    /// <summary>Stored events, as REQ asks for them.</summary>
    public Task<ClientQueryOutcome<QueryResult>> QueryAsync(IReadOnlyList<Filter> filters, CancellationToken cancellationToken)
    {
        var bounds = new QueryBounds(limits.Now.EventsPerFilter, limits.Now.AnswerBytes);
        return AskAsync(end => store.QueryAsync(filters, bounds, end), cancellationToken);
    }

    /// <summary>How many events match, as COUNT asks (NIP-45).</summary>
    public Task<ClientQueryOutcome<long>> CountAsync(IReadOnlyList<Filter> filters, CancellationToken cancellationToken) =>
        AskAsync(end => store.CountAsync(filters, end), cancellationToken);

    /// <summary>Any question, within the same bounds.</summary>
    public async Task<ClientQueryOutcome<T>> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(limits.Now.QuerySeconds);
        if (!await _turns.WaitAsync(patience, cancellationToken).ConfigureAwait(false))
        {
            return new ClientQueryOutcome<T>.Unanswered(Busy);
        }

        using var timeOut = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeOut.Token, cancellationToken);
        try
        {
            return new ClientQueryOutcome<T>.Answered(await ask(either.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is TimeoutException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ClientQueryOutcome<T>.Unanswered(MessagePrefix.Error.Before($"the query took longer than {limits.Now.QuerySeconds} s; narrow the filters"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, failure);
            return new ClientQueryOutcome<T>.Unanswered(MessagePrefix.Error.Before("the server could not answer; try again later"));
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    [LoggerMessage(Level = LogLevel.Error, Message = "A query of a client could not be answered")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
