using System.CommandLine;
using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The verb `compare`.</summary>
internal static class CompareVerb
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var url = new Argument<string>("url") { Description = "The other GRASP server, such as https://grasp.example.org." };
        var eventsOnly = new Option<bool>("--events-only") { Description = "Compare announcements and states, and do not ask the other server's git." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "compare",
            "Compare this server's repositories with another GRASP server: announcements, states, and every branch and tag. The server may run meanwhile. Exit code: 0 no difference; 1 some; 2 could not compare.")
        {
            url, eventsOnly, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            ComparisonReport report;
            using (var progress = ProgressLine.OnErrors())
            {
                report = await CompareAsync(read, parse.GetRequiredValue(url), !parse.GetValue(eventsOnly), progress, cancellationToken).ConfigureAwait(false);
            }

            Print(report, parse.GetValue(json), Console.Out);
            return report.Differences.Count == 0 ? ExitCodes.Fine : ExitCodes.Found;
        }));
        return command;
    }

    /// <summary>Compares with the server at a URL.</summary>
    internal static async Task<ComparisonReport> CompareAsync(VerbSettings settings, string url, bool withGit, ProgressLine progress, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new VerbException($"{url} is no http or https URL", "Give the other server's address, such as https://grasp.example.org.");
        }

        var there = new ServiceAddress(address.Scheme, address.Authority, address.AbsolutePath);
        var server = await IdleServer.OpenToReadAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            try
            {
                var relay = await GuardedRelay.ConnectAsync(server.Get<EgressGuard>(), there.RelayUrl, TimeOut, cancellationToken).ConfigureAwait(false);
                await using (relay.ConfigureAwait(false))
                {
                    return await new Comparison(server, settings.Here, there, progress)
                        .RunAsync(new RemoteEvents(relay, server.Get<EventVerifier>()), withGit, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (RelayException failure)
            {
                throw new VerbException(
                    failure.Message, "Is it a GRASP server, and does it run? GitSync:AllowHttp and GitSync:AllowPrivateAddresses open unencrypted and private addresses.");
            }
        }
    }

    /// <summary>Prints the differences.</summary>
    internal static void Print(ComparisonReport report, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteNumber("repositoriesHere", report.Here);
                json.WriteNumber("repositoriesThere", report.There);
                json.WriteNumber("compared", report.Compared);
                json.WriteObjects("differences", report.Differences, difference =>
                {
                    json.WriteString("kind", difference.Kind);
                    json.WriteString("repository", difference.Where);
                    json.WriteString("text", difference.Text);
                });
            });
            return;
        }

        foreach (var repository in report.Differences.GroupBy(difference => difference.Where))
        {
            output.WriteLine(repository.Key);
            foreach (var difference in repository)
            {
                output.WriteLine($"  {difference.Text}");
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Here} repositories here, {report.There} there, {report.Compared} compared ref by ref: {(report.Differences.Count == 0 ? "no difference" : $"{report.Differences.Count} differences")}."));
    }
}
