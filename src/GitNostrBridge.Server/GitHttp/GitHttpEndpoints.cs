using GitNostrBridge.Git;
using Microsoft.AspNetCore.Http.Features;

namespace GitNostrBridge.Server;

/// <summary>Takes every request of the git half to the verb that answers it; whatever is unknown is 404 (R19, R41).</summary>
public sealed class GitHttpEndpoints(
    GraspOptions options, BareRepositories repositories, InfoRefs infoRefs, UploadPack uploadPack, ReceivePack receivePack, RepositoryPage page, GitHttpMetrics metrics, Draining draining)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        GitResponse.ForbidCaching(context.Response);
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RepositoryRoute.TryParse(rawTarget, options.BasePath, out var route))
        {
            return page.NotFoundAsync(context);
        }

        var repository = repositories.Find(route.Address.Owner.ToNpub(), route.Address.Identifier);
        return (route.Resource, context.Request.Method, repository) switch
        {
            (_, _, null) => page.NotFoundAsync(context),
            (RepositoryResource.Page, "GET" or "HEAD", _) => page.ShowAsync(context, route.Address, repository),
            (RepositoryResource.InfoRefs, "GET" or "HEAD", _) => RunAsync(context, route.Resource, () => infoRefs.HandleAsync(context, repository)),
            (RepositoryResource.UploadPack, "POST", _) => RunAsync(context, route.Resource, () => uploadPack.HandleAsync(context, repository)),
            (RepositoryResource.ReceivePack, "POST", _) => RunAsync(context, route.Resource, () => receivePack.HandleAsync(context, route.Address, repository)),
            (RepositoryResource.Page or RepositoryResource.InfoRefs, _, _) => RefuseMethodAsync(context, "GET, HEAD"),
            _ => RefuseMethodAsync(context, "POST"),
        };
    }

    private async Task RunAsync(HttpContext context, RepositoryResource resource, Func<Task> answer)
    {
        using var running = draining.TryEnter();
        await metrics.MeasureAsync(context, resource, () => running is null ? draining.RefuseAsync(context) : answer()).ConfigureAwait(false);
    }

    private static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return PlainText.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"this address takes {allowed}");
    }
}
