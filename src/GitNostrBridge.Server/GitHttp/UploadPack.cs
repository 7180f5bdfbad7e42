using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>`POST …/git-upload-pack`: clone and fetch, streamed both ways.</summary>
public sealed class UploadPack(UploadPackRun run, LimitOptions limits)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, BareRepository repository)
    {
        if (RequestBody.Open(context, limits.FetchRequestBytes) is not { } body)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be gzip or absent").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-git-upload-pack-result";
        var exit = await run.RunAsync(
            repository, GitResponse.ProtocolOf(context.Request), body.AsStream(), GitResponse.StreamTo(context.Response), context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, exit).ConfigureAwait(false);
    }
}
