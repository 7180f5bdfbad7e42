using System.IO.Pipelines;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>
/// `POST …/git-upload-pack`: clone and fetch. What refs there are is answered from memory; for all else the request is read whole, which is bounded.
/// </summary>
public sealed class UploadPack(RefAdvertisements advertisements, UploadPackRun run, FetchAnswer fetch, WholeRequests requests, GitLoad load, CurrentLimits limits, TimeProvider time)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, BareRepository repository)
    {
        if (RequestBody.Open(context, limits.Now.FetchRequestBytes) is not { } body)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be gzip or absent").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-git-upload-pack-result";
        var gitProtocol = GitResponse.ProtocolOf(context.Request);
        if (await PeekedRequest.ReadAsync(body, gitProtocol, context.RequestAborted).ConfigureAwait(false) is { } peeked
            && await advertisements.ListAsync(repository, peeked).ConfigureAwait(false) is { } listed)
        {
            await GitResponse.WriteAsync(context, listed, time).ConfigureAwait(false);
            return;
        }

        await RunAsync(context, repository, gitProtocol, body).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context, BareRepository repository, string? gitProtocol, PipeReader body)
    {
        if (await requests.ReadAsync(context, body.AsStream()).ConfigureAwait(false) is not { } request)
        {
            GitExchange.End(context, GitOutcome.Refused);

            // A client who is still sending would not read the answer.
            await RequestBody.DrainAsync(context, limits.Now.FetchRequestBytes).ConfigureAwait(false);
            await context.Response.BodyWriter.WriteAsync(GitResponse.Error(load.BusyText), context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await using var requestLifetime = request.ConfigureAwait(false);
        if (await request.ListsRefsAsync(context.RequestAborted).ConfigureAwait(false))
        {
            await ListRefsAsync(context, repository, gitProtocol, request.Body).ConfigureAwait(false);
        }
        else
        {
            await fetch.HandleAsync(context, repository, request.Body).ConfigureAwait(false);
        }
    }

    private async Task ListRefsAsync(HttpContext context, BareRepository repository, string? gitProtocol, Stream request)
    {
        using var slot = await load.TakeAdvertisementAsync(context, repository).ConfigureAwait(false);
        if (slot is null)
        {
            await context.Response.BodyWriter.WriteAsync(GitResponse.Error(load.BusyText), context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var exit = await run.RunAsync(
            repository, gitProtocol, request, GitResponse.StreamTo(context.Response), context.RequestAborted).ConfigureAwait(false);
        if (exit.Code != 0 && !context.Response.HasStarted)
        {
            GitExchange.End(context, GitOutcome.Refused);

            // R19: git says nothing on the wire to a request that it does not understand.
            await context.Response.BodyWriter.WriteAsync(GitResponse.Error("git could not answer this request"), context.RequestAborted).ConfigureAwait(false);
        }
    }
}
