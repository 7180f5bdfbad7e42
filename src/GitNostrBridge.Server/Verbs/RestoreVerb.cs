using System.CommandLine;
using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>The verb `restore`.</summary>
internal static class RestoreVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "A backup, or a folder of backups, of which the newest is taken." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "restore",
            "Put a backup into the empty folders Storage:GitPath and Storage:RelayPath, comparing every checksum, and move refs to the released states. Exit code: 0 restored and well; 1 restored, and something is wrong; 2 not restored.")
        {
            folder, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            RestoreResult result;
            using (var progress = ProgressLine.OnErrors())
            {
                result = await new Restoration(read, TimeProvider.System, progress).RunAsync(parse.GetRequiredValue(folder).FullName, cancellationToken).ConfigureAwait(false);
            }

            Print(result, read, parse.GetValue(json), Console.Out);
            return result.Treatment.Remaining.Any(finding => finding.IsFault) ? ExitCodes.Found : ExitCodes.Fine;
        }));
        return command;
    }

    /// <summary>Prints what the restore has come to.</summary>
    internal static void Print(RestoreResult result, VerbSettings settings, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteString("backup", result.Folder);
                json.WriteString("takenAt", result.Manifest.TakenAt);
                json.WriteString("origin", result.Manifest.Origin);
                json.WriteNumber("repositories", result.Manifest.Repositories);
                json.WriteNumber("adjusted", result.Treatment.Found.Count(finding => finding.IsFault));
                json.WriteNumber("wrong", result.Treatment.Remaining.Count(finding => finding.IsFault));
            });
            return;
        }

        var adjusted = new Treatment(
            [.. result.Treatment.Found.Where(finding => finding.IsFault)], result.Treatment.Failed, [.. result.Treatment.Remaining.Where(finding => finding.IsFault)]);
        DoctorVerb.Print(adjusted, isRepair: true, asJson: false, output);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Folder} is restored as of {result.Manifest.TakenAt:u}: {result.Manifest.Repositories} repositories. {result.KeyNote}."));
        if (settings.Here.Origin != result.Manifest.Origin)
        {
            output.WriteLine($"It was the server at {result.Manifest.Origin}, and these settings make it {settings.Here.Origin}: set Grasp:Domain, or its announcements will not count here.");
        }
    }
}
