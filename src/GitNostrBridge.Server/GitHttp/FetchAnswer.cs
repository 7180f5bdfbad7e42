using System.Net;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>
/// Answers a clone or fetch: by git, streamed straight through, or from an answer that others want too (<see cref="CloneCache"/>). A git
/// at work takes a slot; who is sent what is stored takes one of those for readers, of which there are many more.
/// </summary>
public sealed class FetchAnswer(UploadPackRun run, GitLoad load, CloneCache cache, CloneCacheOptions options, Func<BareRepository, string?> fingerprint, GitHttpMetrics metrics, TimeProvider time)
{
    // 20,000 wants. Longer requests are rare, and each would be held in memory while its answer is made.
    private const int LongestRequest = 1 << 20;

    // As a shell would tell of a process that was ended by a signal.
    private const int FirstSignalCode = 129;

    /// <summary>Answers one request; it is whole, and stands at its beginning.</summary>
    public async Task HandleAsync(HttpContext context, BareRepository repository, Stream request)
    {
        var ticket = await AskAsync(context, repository, request).ConfigureAwait(false);
        metrics.Answered(ticket);
        switch (ticket)
        {
            case CloneTicket.Straight straight:
                using (straight.Seen)
                {
                    await RunAsync(context, repository, request, straight.Seen.Report).ConfigureAwait(false);
                }

                break;
            case CloneTicket.Read read:
                await SendAsync(context, repository, request, read.Reader).ConfigureAwait(false);
                break;
            case CloneTicket.Make make:
                await SendAsync(context, repository, request, make.Reader).ConfigureAwait(false);
                break;
            default:
                await RunAsync(context, repository, request, _ => { }).ConfigureAwait(false);
                break;
        }
    }

    private async Task<CloneTicket?> AskAsync(HttpContext context, BareRepository repository, Stream request)
    {
        if (!options.Enabled || request.Length > LongestRequest || fingerprint(repository) is not { } refs)
        {
            return null;
        }

        var bytes = new byte[request.Length];
        await request.ReadExactlyAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        request.Position = 0;
        if (FetchDigest.Of(bytes) is not { } digest)
        {
            return null; // git says what is wrong with it
        }

        var protocol = GitResponse.ProtocolOf(context.Request);
        var key = CloneKey.Of(repository.Path, refs, protocol, digest);
        var ticket = cache.Ask(key);
        if (ticket is CloneTicket.Make make)
        {
            var client = ClientAddress.Of(context);
            _ = cache.MakeAsync(key, make.Answer, (answer, abandoned) => MakeAsync(client, repository, key, protocol, bytes, answer, abandoned));
        }

        return ticket;
    }

    private async Task<(AnswerEnd End, bool IsLasting)> MakeAsync(
        IPAddress client, BareRepository repository, CloneKey key, string? protocol, byte[] request, StoredAnswer answer, CancellationToken abandoned)
    {
        using var slot = await load.TakeFetchAsync(client, repository, abandoned).ConfigureAwait(false);
        if (slot is null)
        {
            return (AnswerEnd.Busy, false);
        }

        var tail = new AnswerTail();
        var exit = await run.RunAsync(repository, protocol, new MemoryStream(request), (stdout, ended) => PackPump.StoreAsync(stdout, answer, tail, ended), abandoned).ConfigureAwait(false);
        return exit.Succeeded ? (AnswerEnd.Whole, fingerprint(repository) == key.Refs)
            : tail.Length == 0 ? (AnswerEnd.Nothing, false)
            : (IsCutOff(exit, tail) ? AnswerEnd.BrokenOff : AnswerEnd.Whole, false);
    }

    private async Task SendAsync(HttpContext context, BareRepository repository, Stream request, AnswerReader reader)
    {
        using (reader)
        {
            using var slot = await load.TakeReadAsync(context, repository).ConfigureAwait(false);
            if (slot is null)
            {
                await RefuseAsync(context, load.BusyText).ConfigureAwait(false);
                return;
            }

            var chunks = reader.Length < DirectChunks.WorthBytes ? null : DirectChunks.Of(context, time);
            context.Response.ContentLength = chunks is null ? reader.Length : null;
            switch (await reader.CopyToAsync(context.Response.BodyWriter, chunks, context.RequestAborted).ConfigureAwait(false))
            {
                case AnswerEnd.Whole:
                    return;
                case AnswerEnd.Busy:
                    await RefuseAsync(context, load.BusyText).ConfigureAwait(false);
                    return;
                case AnswerEnd.BrokenOff:
                    GitExchange.End(context, GitOutcome.Failed);
                    context.Abort();
                    return;
            }
        }

        await RunAsync(context, repository, request, _ => { }).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context, BareRepository repository, Stream request, Action<long> report)
    {
        using var slot = await load.TakeFetchAsync(context, repository).ConfigureAwait(false);
        if (slot is null)
        {
            await RefuseAsync(context, load.BusyText).ConfigureAwait(false);
            return;
        }

        var tail = new AnswerTail();
        var chunks = DirectChunks.Of(context, time);
        var exit = await run.RunAsync(
            repository, GitResponse.ProtocolOf(context.Request), request, (stdout, ended) => PackPump.SendAsync(stdout, context.Response.BodyWriter, chunks, tail, report, ended), context.RequestAborted).ConfigureAwait(false);
        if (exit.Succeeded)
        {
            return;
        }

        if (!context.Response.HasStarted)
        {
            // R19: git says nothing on the wire to a request that it does not understand.
            await RefuseAsync(context, "git could not answer this request").ConfigureAwait(false);
        }
        else if (IsCutOff(exit, tail))
        {
            GitExchange.End(context, GitOutcome.Failed);
            context.Abort();
        }
    }

    private static async Task RefuseAsync(HttpContext context, string reason)
    {
        GitExchange.End(context, GitOutcome.Refused);
        await context.Response.BodyWriter.WriteAsync(GitResponse.Error(reason), context.RequestAborted).ConfigureAwait(false);
    }

    // An answer that breaks off must not look complete.
    private static bool IsCutOff(GitExit exit, AnswerTail tail) => exit.Code is GitExit.TimedOutCode or >= FirstSignalCode || !tail.IsDeliberate;
}
