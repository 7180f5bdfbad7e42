namespace GitNostrBridge.Server;

/// <summary>The last net: what no handler expected becomes a plain answer and a log line.</summary>
internal static partial class Failures
{
    /// <summary>Runs the rest of the route.</summary>
    public static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody reads an answer.
        }
        catch (BadHttpRequestException failure)
        {
            await AnswerAsync(context, failure.StatusCode, failure.Message).ConfigureAwait(false);
        }
        catch (InvalidDataException failure)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "the request's body is damaged: " + failure.Message).ConfigureAwait(false);
        }
        catch (TimeoutException failure)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message + "; try again").ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogUnexpected(context.RequestServices.GetRequiredService<ILogger<Program>>(), failure, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "the server failed; try again, and tell the operator if it stays so").ConfigureAwait(false);
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string line)
    {
        if (context.Response.HasStarted)
        {
            // An answer that breaks off must not look complete.
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return PlainText.WriteAsync(context, status, line);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception failure, string method, PathString path);
}
