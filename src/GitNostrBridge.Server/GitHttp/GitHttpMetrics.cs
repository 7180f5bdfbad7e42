using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GitNostrBridge.Server;

/// <summary>Counts requests of git clients, their bytes, and pushes by what became of them.</summary>
public sealed class GitHttpMetrics
{
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;

    /// <summary>Counts on a meter.</summary>
    public GitHttpMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>("gitnostrbridge.git.requests", "{request}", "Requests of git clients.");
        _duration = meter.CreateHistogram("gitnostrbridge.git.request.duration", "s", "How long requests of git clients took, to the last byte.", tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120, 600],
        });
        _pushes = meter.CreateCounter<long>("gitnostrbridge.pushes", "{push}", "Pushes by what became of them; a refused one is no success.");
        _answers = meter.CreateCounter<long>("gitnostrbridge.clone.answers", "{answer}", "Answers to clones and fetches, by where they come from.");
        _received = meter.CreateCounter<long>("gitnostrbridge.git.received", "By", "Bytes of git clients' requests, as they came.");
        _sent = meter.CreateCounter<long>("gitnostrbridge.git.sent", "By", "Bytes of answers to git clients.");
    }

    /// <summary>Answers a request of a git client, counted and traced.</summary>
    public async Task MeasureAsync(HttpContext context, RepositoryResource resource, Func<Task> answer)
    {
        var exchange = GitExchange.Begin(context, resource);
        using var span = Spans.StartRoot(resource == RepositoryResource.ReceivePack ? "push" : exchange.Step == "refs" ? "refs" : "fetch");
        var started = Stopwatch.GetTimestamp();
        try
        {
            await answer().ConfigureAwait(false);
        }
        catch
        {
            exchange.End(context.RequestAborted.IsCancellationRequested ? GitOutcome.Gone : GitOutcome.Failed);
            throw;
        }
        finally
        {
            var outcome = exchange.OutcomeOf(context.Response.StatusCode);
            Count(exchange, outcome, Stopwatch.GetElapsedTime(started));
            span?.SetTag("git.service", exchange.Service).SetTag("git.protocol", exchange.Protocol).SetTag("outcome", Word(outcome));
        }
    }

    /// <summary>Notes where the answer to a clone or fetch comes from.</summary>
    public void Answered(CloneTicket? ticket) => _answers.Add(1, new KeyValuePair<string, object?>("from", ticket switch
    {
        CloneTicket.Read => "kept",
        CloneTicket.Make => "made",
        _ => "git",
    }));

    private void Count(GitExchange exchange, GitOutcome outcome, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> service = new("service", exchange.Service);
        KeyValuePair<string, object?> step = new("step", exchange.Step);
        KeyValuePair<string, object?> ended = new("outcome", Word(outcome));
        _requests.Add(1, new TagList { service, step, ended, new("protocol", exchange.Protocol) });
        _duration.Record(elapsed.TotalSeconds, service, step, ended);
        _received.Add(exchange.BytesReceived, service);
        _sent.Add(exchange.BytesSent, service);
        if (exchange.IsPush)
        {
            _pushes.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
            {
                GitOutcome.Answered => "authorised",
                GitOutcome.Refused => "refused",
                _ => "failed",
            }));
        }
    }

    private static string Word(GitOutcome outcome) => outcome switch
    {
        GitOutcome.Answered => "answered",
        GitOutcome.Refused => "refused",
        GitOutcome.Failed => "failed",
        _ => "gone",
    };
}
