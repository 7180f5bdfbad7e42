using System.CommandLine;
using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>The verb `import`.</summary>
internal static class ImportVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "The other server's git folder, with <npub>/<identifier>.git in it. To take it over in place, Storage:GitPath must be the same folder." };
        var copy = new Option<bool>("--copy") { Description = "Copy the repositories to Storage:GitPath and leave the folder as it is." };
        var files = new Option<FileInfo[]>("--events") { Description = "A file of events, one JSON object a line; may be given more than once.", AllowMultipleArgumentsPerToken = false };
        var relays = new Option<string[]>("--from") { Description = "A relay that has the events, such as the other server while it still runs: wss://…; may be given more than once.", AllowMultipleArgumentsPerToken = false };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "import",
            "Take over the data of an ngit-grasp or ngit-relay server. Its own event database cannot be read: the events come from --events or --from. This server must be stopped, and Grasp:Domain be the other's. Exit code: 0 all of it was taken over; 1 not all; 2 it could not be done.")
        {
            folder, copy, files, relays, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var source = new ImportSource(
                parse.GetRequiredValue(folder).FullName, parse.GetValue(copy), [.. (parse.GetValue(files) ?? []).Select(file => file.FullName)], parse.GetValue(relays) ?? []);
            var report = await ImportAsync(read, source, cancellationToken).ConfigureAwait(false);
            Print(report, parse.GetValue(json), Console.Out);
            return IsWhole(report) ? ExitCodes.Fine : ExitCodes.Found;
        }));
        return command;
    }

    /// <summary>Imports.</summary>
    internal static async Task<ImportReport> ImportAsync(VerbSettings settings, ImportSource source, CancellationToken cancellationToken)
    {
        var isInPlace = Path.TrimEndingDirectorySeparator(source.Folder) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Options.Storage.GitPath));
        if (!Directory.Exists(source.Folder))
        {
            throw new VerbException($"{source.Folder} is not there", "Give the other server's git folder.");
        }

        if (isInPlace == source.IsCopied)
        {
            throw new VerbException(
                isInPlace ? "--copy cannot copy a folder into itself" : $"{source.Folder} is not Storage:GitPath ({Path.GetFullPath(settings.Options.Storage.GitPath)})",
                "Give --copy to copy another folder, or --Storage:GitPath with the same folder to take it over in place.");
        }

        if (source.EventFiles.Count + source.Relays.Count == 0)
        {
            throw new VerbException("there are no events to take over", "Repositories are in service by their announcements: give --events FILE.jsonl or --from wss://the-other-server.");
        }

        using var progress = ProgressLine.OnErrors();
        var server = await IdleServer.OpenToFillAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            return await new Import(server, settings, TimeProvider.System, progress).RunAsync(source, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Prints what was taken over and what not.</summary>
    internal static void Print(ImportReport report, bool asJson, TextWriter output)
    {
        var failed = report.Repositories.Where(repository => repository.Problem is not null).ToList();
        var wrong = report.Findings.Where(finding => finding.IsFault).ToList();
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteNumber("repositories", report.Repositories.Count - failed.Count);
                json.WriteObjects("notTakenOver", failed, repository =>
                {
                    json.WriteString("name", repository.Name);
                    json.WriteString("problem", repository.Problem);
                });
                json.WriteNumber("events", report.Events.Read);
                json.WriteNumber("accepted", report.Events.Accepted);
                json.WriteNumber("unreadable", report.Events.Unreadable);
                json.WriteObjects("refused", report.Events.Refused, entry =>
                {
                    json.WriteString("reason", entry.Key);
                    json.WriteNumber("events", entry.Value);
                });
                json.WriteObjects("withoutState", report.Stateless, address => json.WriteString("repository", address.ToString()));
                json.WriteObjects("wrong", wrong, finding => json.WriteString("text", finding.Text));
            });
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Repositories.Count - failed.Count} of {report.Repositories.Count} repositories are taken over, {report.Events.Accepted} of {report.Events.Read} events."));
        failed.ForEach(repository => output.WriteLine($"  not taken over: {repository.Name}: {repository.Problem}"));
        foreach (var (reason, count) in report.Events.Refused.OrderByDescending(entry => entry.Value))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count} events refused: {reason}"));
        }

        if (report.Events.Unreadable > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {report.Events.Unreadable} lines or events are no genuine events"));
        }

        foreach (var address in report.Stateless)
        {
            output.WriteLine($"  not in service: {address} has data, and no state here speaks of it; its owner signs one, and announces it again");
        }

        wrong.ForEach(finding => output.WriteLine($"  {finding.Text}"));
        output.WriteLine(IsWhole(report) ? "All of it was taken over." : wrong.Count > 0 ? "See `doctor` for what repair would do." : "The rest was taken over.");
    }

    private static bool IsWhole(ImportReport report) =>
        report.Repositories.All(repository => repository.Problem is null)
        && report.Events.Refused.Count == 0
        && report.Events.Unreadable == 0
        && report.Stateless.Count == 0
        && !report.Findings.Any(finding => finding.IsFault);
}
