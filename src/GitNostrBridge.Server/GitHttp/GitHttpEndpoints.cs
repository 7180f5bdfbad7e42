using GitNostrBridge.Git;
using Microsoft.AspNetCore.Http.Features;

namespace GitNostrBridge.Server;

/// <summary>Takes every request of the git half to the verb that answers it; whatever is unknown is 404 (R19, R41).</summary>
public sealed class GitHttpEndpoints(
    GraspOptions options, BareRepositories repositories, InfoRefs infoRefs, UploadPack uploadPack, ReceivePack receivePack, RepositoryPage page)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RepositoryRoute.TryParse(rawTarget, options.BasePath, out var route))
        {
            return page.NotFoundAsync(context);
        }

        var repository = repositories.Find(route.Address.Owner.ToNpub(), route.Address.Identifier);
        return (route.Resource, context.Request.Method, repository) switch
        {
            (RepositoryResource.Page, "GET" or "HEAD", not null) => page.ShowAsync(context, route.Address),
            (RepositoryResource.Page, _, _) or (_, _, null) => page.NotFoundAsync(context),
            (RepositoryResource.InfoRefs, "GET" or "HEAD", not null) => infoRefs.HandleAsync(context, repository),
            (RepositoryResource.UploadPack, "POST", not null) => uploadPack.HandleAsync(context, repository),
            (RepositoryResource.ReceivePack, "POST", not null) => receivePack.HandleAsync(context, route.Address, repository),
            (RepositoryResource.InfoRefs, _, _) => Refuse(context, "GET, HEAD"),
            _ => Refuse(context, "POST"),
        };
    }

    private static Task Refuse(HttpContext context, string allowed)
    {
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = allowed;
        return Task.CompletedTask;
    }
}
