using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace GitNostrBridge.Server;

/// <summary>The verb `doctor`.</summary>
internal static class DoctorVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var repair = new Option<bool>("--repair") { Description = "Repair what can be repaired; the server must be stopped. Nothing is destroyed." };
        var deep = new Option<bool>("--deep") { Description = "Read and check every byte of the repositories and the database." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "doctor",
            "Check what must be true of every repository and of the database, and say what is wrong and what repair would do. While the server runs, it only looks. Exit code: 0 all is well, or all was repaired; 1 something is wrong; 2 it could not be checked.")
        {
            repair, deep, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var treatment = parse.GetValue(repair)
                ? await RepairAsync(read, parse.GetValue(deep), cancellationToken).ConfigureAwait(false)
                : await ExamineAsync(read, parse.GetValue(deep), cancellationToken).ConfigureAwait(false);
            Print(treatment, parse.GetValue(repair), parse.GetValue(json), Console.Out);
            return treatment.Remaining.Any(finding => finding.IsFault) ? ExitCodes.Found : ExitCodes.Fine;
        }));
        return command;
    }

    /// <summary>Looks, whether or not a server runs on the data.</summary>
    internal static async Task<Treatment> ExamineAsync(VerbSettings settings, bool readAll, CancellationToken cancellationToken)
    {
        IdleServer.RequireData(settings);
        using var progress = ProgressLine.OnErrors();
        using var locks = DataLocks.TryTake(settings.Options.Storage, []);
        var server = await IdleServer.OpenToReadAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var doctor = new Doctor(server, settings, TimeProvider.System, progress);
            var found = locks is null
                ? await doctor.ExamineLiveAsync(readAll, cancellationToken).ConfigureAwait(false)
                : await doctor.ExamineAsync(readAll, cancellationToken).ConfigureAwait(false);
            return new Treatment(found, [], found);
        }
    }

    /// <summary>Repairs, on data that nobody else works on.</summary>
    internal static async Task<Treatment> RepairAsync(VerbSettings settings, bool readAll, CancellationToken cancellationToken)
    {
        using var progress = ProgressLine.OnErrors();
        var server = await IdleServer.OpenToChangeAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            return await new Cure(server, new Doctor(server, settings, TimeProvider.System, progress), TimeProvider.System, progress)
                .RunAsync(readAll, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Prints what was found, and what has become of it.</summary>
    internal static void Print(Treatment treatment, bool isRepair, bool asJson, TextWriter output)
    {
        var remaining = treatment.Remaining.Select(finding => finding.Text).ToHashSet(StringComparer.Ordinal);
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteBoolean("isWell", !treatment.Remaining.Any(finding => finding.IsFault));
                json.WriteObjects("found", treatment.Found, finding => Write(json, finding, isRepair && !remaining.Contains(finding.Text)));
                json.WriteObjects("remaining", treatment.Remaining, finding => Write(json, finding, isRepaired: false));
                json.WriteStartArray("failed");
                treatment.Failed.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
            });
            return;
        }

        foreach (var finding in treatment.Found)
        {
            var repaired = isRepair && !remaining.Contains(finding.Text);
            output.WriteLine($"{(repaired ? "repaired" : finding.IsFault ? "wrong" : "note"),-9}{finding.Text}");
            if (!isRepair && finding.IsFault)
            {
                output.WriteLine($"         repair: {finding.Repair ?? "not possible here; restore a backup, or have the owner push again"}");
            }
        }

        foreach (var failure in treatment.Failed)
        {
            output.WriteLine($"failed   {failure}");
        }

        var open = treatment.Remaining.Count(finding => finding.IsFault);
        output.WriteLine(open == 0 ? "All is well." : string.Create(CultureInfo.InvariantCulture, $"Wrong: {open}.{(isRepair ? "" : " Stop the server and run `doctor --repair`.")}"));
    }

    private static void Write(Utf8JsonWriter json, Finding finding, bool isRepaired)
    {
        json.WriteString("kind", finding.Kind);
        json.WriteString("text", finding.Text);
        json.WriteString("repair", finding.Repair);
        json.WriteBoolean("isFault", finding.IsFault);
        json.WriteBoolean("isRepaired", isRepaired);
    }
}
