using System.CommandLine;
using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>The verb `health`: asks the server of this machine how it is, for a container's health check.</summary>
internal static class HealthVerb
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(5);

    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var ready = new Option<bool>("--ready") { Description = "Ask /readyz (does it take requests?) instead of /healthz (does it live?)." };
        var command = new Command("health", "Ask the server of this machine whether it is well. Exit code 0: yes; 1: no; 2: the settings are not usable.") { ready };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var answer = await AskAsync(read, parse.GetValue(ready) ? "readyz" : "healthz", cancellationToken).ConfigureAwait(false);
            await (answer.IsWell ? Console.Out : Console.Error).WriteLineAsync(answer.Text).ConfigureAwait(false);
            return answer.IsWell ? ExitCodes.Fine : ExitCodes.Found;
        }));
        return command;
    }

    /// <summary>Asks the first URL that the server listens on.</summary>
    internal static async Task<(bool IsWell, string Text)> AskAsync(VerbSettings settings, string page, CancellationToken cancellationToken)
    {
        var address = BindingAddress.Parse(settings.Url);
        var host = address.Host is "+" or "*" or "0.0.0.0" ? "127.0.0.1" : address.Host == "[::]" ? "[::1]" : address.Host;
        var url = string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}{settings.Here.BasePath}/{page}");
        try
        {
            // The machine's own server: no proxy stands between.
            using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
            using var client = new HttpClient(handler) { Timeout = TimeOut, MaxResponseContentBufferSize = 1 << 20 };
            using var answer = await client.GetAsync(new Uri(url), cancellationToken).ConfigureAwait(false);
            var text = (await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim();
            return (answer.IsSuccessStatusCode, $"{url} answers {(int)answer.StatusCode}: {text}");
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (false, $"{url} does not answer: {failure.Message}\n  Is the server running, and is Urls the one that it listens on?");
        }
    }
}
