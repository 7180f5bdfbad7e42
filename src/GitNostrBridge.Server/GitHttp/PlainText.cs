namespace GitNostrBridge.Server;

/// <summary>Short answers for people and logs.</summary>
internal static class PlainText
{
    /// <summary>Answers with a status and one line.</summary>
    public static Task WriteAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(line + "\n", context.RequestAborted);
    }
}
