using System.Text.Json;

namespace GitNostrBridge.Server;

/// <summary>`/readyz`: 200 when the server wants work, else 503 with what it does and how far it is, as JSON.</summary>
public sealed class ReadinessPage(Readiness readiness, Draining draining)
{
    /// <summary>Answers one request.</summary>
    public Task ShowAsync(HttpContext context)
    {
        var now = readiness.Now;
        var json = Write(now, draining.Running);
        context.Response.StatusCode = now.Phase == ReadinessPhase.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private static byte[] Write(ReadinessState now, int running)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", now.Phase == ReadinessPhase.Ready);
            json.WriteString("phase", now.Phase.ToString().ToLowerInvariant());
            json.WriteString("doing", now.Doing);
            if (now.Of > 0)
            {
                json.WriteNumber("done", now.Done);
                json.WriteNumber("of", now.Of);
            }

            if (now.Phase == ReadinessPhase.Draining)
            {
                json.WriteNumber("running", running);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
