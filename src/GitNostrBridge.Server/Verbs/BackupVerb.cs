using System.CommandLine;
using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>The verb `backup`.</summary>
internal static class BackupVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "The folder of backups; each one becomes a folder in it, named by its time." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "backup",
            "Copy the database, the repositories and the relay's key, consistently, while the server runs. What has not changed since the backup before costs no disk (hard links). Exit code: 0 complete; 2 not, and nothing is left of it.")
        {
            folder, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            BackupResult result;
            IdleServer.RequireData(read);
            using (var progress = ProgressLine.OnErrors())
            {
                result = await new Backup(read, TimeProvider.System, progress).TakeAsync(parse.GetRequiredValue(folder).FullName, cancellationToken).ConfigureAwait(false);
            }

            Print(result, parse.GetValue(json), Console.Out);
            return ExitCodes.Fine;
        }));
        return command;
    }

    /// <summary>Prints what the backup has come to.</summary>
    internal static void Print(BackupResult result, bool asJson, TextWriter output)
    {
        var (folder, manifest, tree, took) = result;
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteString("folder", folder);
                json.WriteString("takenAt", manifest.TakenAt);
                json.WriteNumber("repositories", manifest.Repositories);
                json.WriteNumber("copiedFiles", tree.CopiedFiles);
                json.WriteNumber("copiedBytes", tree.CopiedBytes);
                json.WriteNumber("linkedFiles", tree.LinkedFiles);
                json.WriteNumber("linkedBytes", tree.LinkedBytes);
                json.WriteBoolean("hasKey", tree.Contains(Restoration.KeyName));
                json.WriteNumber("seconds", took.TotalSeconds);
            });
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {folder} is complete: {manifest.Repositories} repositories in {took.TotalSeconds:0.0} s
              new on the disk     {ByteCount.Text(tree.CopiedBytes)} in {tree.CopiedFiles} files
              as it was before    {ByteCount.Text(tree.LinkedBytes)} in {tree.LinkedFiles} files (hard links, no disk)
            """));
        if (!tree.Contains(Restoration.KeyName))
        {
            output.WriteLine("  The relay's key is not in it: Grasp:OwnerKeyFile is not there. Keep a copy of the credential or variable that holds it.");
        }
    }
}
