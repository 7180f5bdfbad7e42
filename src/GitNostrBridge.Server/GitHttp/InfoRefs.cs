using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>`GET …/info/refs?service=…`: the ref advertisement of either service, in the protocol version that the client asks for (R40).</summary>
public sealed class InfoRefs(UploadPackRun run)
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
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var exit = await run.AdvertiseAsync(
            repository, service.Value, GitResponse.ProtocolOf(context.Request), GitResponse.StreamTo(context.Response), context.RequestAborted).ConfigureAwait(false);
        await GitResponse.EndAsync(context, exit).ConfigureAwait(false);
    }
}
