using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>
/// Strangers' questions to the store: bounded in time, and so few at once that the server's own questions, on which every push and event waits,
/// always find a reader. A connection asks one at a time.
/// </summary>
public sealed partial class ClientQueries(IEventStore store, CurrentLimits limits, TimeProvider time, ILogger<ClientQueries> logger) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(limits.Now.QueriesAtOnce);

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
            return new ClientQueryOutcome<T>.Unanswered(MessagePrefix.RateLimited.Before("the relay is busy; ask again later"));
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
