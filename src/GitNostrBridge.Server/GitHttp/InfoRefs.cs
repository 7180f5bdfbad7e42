using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>`GET …/info/refs?service=…`: the ref advertisement of either service, in the protocol version that the client asks for (R40); from memory, or where only git can tell, from git.</summary>
public sealed class InfoRefs(RefAdvertisements advertisements, UploadPackRun run, GitLoad load, TimeProvider time)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, BareRepository repository)
    {
        GitService? service = context.Request.Query["service"].ToString() switch
        {
            "git-upload-pack" => GitService.UploadPack,
            "git-receive-pack" => GitService.ReceivePack,
            _ => null,
        };
        if (service is null)
        {
            // R19: dumb HTTP is not spoken, and no other service is known.
            await PlainText.WriteAsync(
                context, StatusCodes.Status404NotFound, "service must be git-upload-pack or git-receive-pack; this server speaks smart HTTP only").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = service == GitService.UploadPack
            ? "application/x-git-upload-pack-advertisement"
            : "application/x-git-receive-pack-advertisement";
        var gitProtocol = GitResponse.ProtocolOf(context.Request);
        if (await advertisements.AdvertiseAsync(repository, service.Value, gitProtocol).ConfigureAwait(false) is { } known)
        {
            await GitResponse.WriteAsync(context, known, time).ConfigureAwait(false);
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var slot = await load.TakeAdvertisementAsync(context, repository).ConfigureAwait(false);
        if (slot is null)
        {
            context.Response.Headers.RetryAfter = load.RetryAfter;
            await PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, load.BusyText).ConfigureAwait(false);
            return;
        }

        var exit = await run.AdvertiseAsync(
            repository, service.Value, gitProtocol, GitResponse.StreamTo(context.Response), context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, exit).ConfigureAwait(false);
    }
}
