namespace GitNostrBridge.Server;

/// <summary>Any web page may talk to this server (R2): there are no cookies and no logins that it could borrow.</summary>
public static class Cors
{
    /// <summary>Puts the headers on every response, errors too, and answers OPTIONS on any path.</summary>
    public static Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        // A failing handler clears the headers that are set by then; those set as the response starts stay.
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowMethods = "GET, POST, HEAD, OPTIONS";
            headers.AccessControlAllowHeaders = "Content-Type, Authorization, Git-Protocol, Accept, Content-Encoding, X-Requested-With";
            headers.AccessControlMaxAge = "86400";
            return Task.CompletedTask;
        }, context);

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
