using System.CommandLine;
using System.Globalization;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>The verb `repo recover`: what deletions and rewrites took out of reach, and making it reachable again (R25).</summary>
internal static class RecoverVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create(string[] settings)
    {
        var name = RepoVerb.NameArgument();
        var lost = new Argument<string?>("ref") { Description = "Which to restore: the branch or tag that it was, or the recovery ref. Without it, all are listed.", Arity = ArgumentArity.ZeroOrOne };
        var target = new Option<string?>("--as") { Description = "The branch or tag to make, such as refs/heads/rescued. Default: what it was." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("recover", "List what was deleted or rewritten and is still kept; or make it a branch or tag again, for a maintainer to fetch. The server may run meanwhile.")
        {
            name, lost, target, json,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var server = await IdleServer.OpenToReadAsync(read, cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                var hosted = await HostedRepository.FindAsync(server, parse.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
                var repository = hosted.Repository ?? throw new VerbException($"{hosted.Address} has no folder", "`doctor` says more.");
                if (parse.GetValue(lost) is { } wanted)
                {
                    return await RestoreAsync(server, repository, wanted, parse.GetValue(target), Console.Out, cancellationToken).ConfigureAwait(false);
                }

                Print(RecoveryRefs.List(repository), parse.GetValue(json), Console.Out);
                return ExitCodes.Fine;
            }
        }));
        return command;
    }

    /// <summary>Makes the last lost value of that name a ref again.</summary>
    internal static async Task<int> RestoreAsync(
        IdleServer server, BareRepository repository, string wanted, string? target, TextWriter output, CancellationToken cancellationToken)
    {
        var kept = RecoveryRefs.List(repository).LastOrDefault(kept => kept.Name.Full == wanted || kept.Original.Full == wanted || kept.Original.Short == wanted)
            ?? throw new VerbException($"nothing is kept of {wanted}", "`repo recover NAME` lists what is.");
        if (!RefName.TryParse(target ?? kept.Original.Full, out var name))
        {
            throw new VerbException($"{target} is no ref", "Give a full name, such as refs/heads/rescued.");
        }

        if (await server.Get<RecoveryRefs>().RestoreAsync(repository, kept, name, cancellationToken).ConfigureAwait(false) is RefTransactionResult.Refused refused)
        {
            throw new VerbException(refused.Reason, "Give another name with --as, such as refs/heads/rescued.");
        }

        output.WriteLine(
            $"""
            {name} is at {kept.Value}.
            No signed state declares it yet: `doctor` tells of it, and the next released state takes it away again. A maintainer fetches it now,
            or signs a state with ["{name}","{kept.Value}"].
            """);
        return ExitCodes.Fine;
    }

    /// <summary>Prints what is kept.</summary>
    internal static void Print(IReadOnlyList<RecoveryRef> kept, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.Write(output, json => json.WriteObjects("lost", kept, lost =>
            {
                json.WriteString("ref", lost.Original.Full);
                json.WriteString("value", lost.Value.Hex);
                json.WriteString("lostAt", lost.LostAt);
                json.WriteString("recoveryRef", lost.Name.Full);
            }));
            return;
        }

        foreach (var lost in kept)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lost.LostAt:u}  {lost.Value}  {lost.Original}"));
        }

        output.WriteLine(kept.Count == 0 ? "Nothing was lost." : string.Create(CultureInfo.InvariantCulture, $"{kept.Count} can be recovered."));
    }
}
