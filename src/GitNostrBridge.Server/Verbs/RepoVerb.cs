using System.CommandLine;
using System.Globalization;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The verb `repo`: what is hosted, and taking one out of service.</summary>
internal static class RepoVerb
{
    /// <summary>The verb with those below it.</summary>
    public static Command Create(string[] settings) => new("repo", "Look at hosted repositories, take one out of service, recover what was lost in one.")
    {
        List(settings), Show(settings), Remove(settings), RecoverVerb.Create(settings),
    };

    /// <summary>The argument that names a repository.</summary>
    internal static Argument<string> NameArgument() => new("name") { Description = "npub1…/identifier; the identifier alone when only one owner has it." };

    private static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    private static Command List(string[] settings)
    {
        var json = JsonOption();
        var command = new Command("list", "List hosted repositories and those that have left service. The server may run meanwhile.") { json };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var server = await IdleServer.OpenToReadAsync(read, cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                PrintList(await HostedRepository.AllAsync(server, cancellationToken).ConfigureAwait(false), [.. server.Repositories.AllAside()], parse.GetValue(json), Console.Out);
                return ExitCodes.Fine;
            }
        }));
        return command;
    }

    private static Command Show(string[] settings)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var command = new Command("show", "Show one hosted repository. The server may run meanwhile.") { name, json };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var server = await IdleServer.OpenToReadAsync(read, cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                var repository = await HostedRepository.FindAsync(server, parse.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
                await PrintAsync(repository, server, read, parse.GetValue(json), Console.Out, cancellationToken).ConfigureAwait(false);
                return ExitCodes.Fine;
            }
        }));
        return command;
    }

    private static Command Remove(string[] settings)
    {
        var name = NameArgument();
        var yes = new Option<bool>("--yes") { Description = "Do it; without this, only say what would be done." };
        var command = new Command(
            "remove",
            "Take a repository out of service, as its owner's deletion would: its data is set aside and kept for Repositories:RecoveryRetention. The server must be stopped. Exit code: 0 done; 2 not.")
        {
            name, yes,
        };
        command.SetAction((parse, cancellationToken) => VerbRun.RunAsync(
            settings, read => RemoveAsync(read, parse.GetRequiredValue(name), parse.GetValue(yes), Console.Out, cancellationToken)));
        return command;
    }

    /// <summary>Removes one, or says what that would do.</summary>
    internal static async Task<int> RemoveAsync(VerbSettings settings, string name, bool isConfirmed, TextWriter output, CancellationToken cancellationToken)
    {
        var server = isConfirmed
            ? await IdleServer.OpenToChangeAsync(settings, cancellationToken).ConfigureAwait(false)
            : await IdleServer.OpenToReadAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var repository = await HostedRepository.FindAsync(server, name, cancellationToken).ConfigureAwait(false);
            if (!isConfirmed)
            {
                throw new VerbException($"{repository.Address} would leave service", $"Its announcement would be deleted here and its data kept aside for {settings.Options.Repositories.RecoveryRetention.Days} days. Give --yes to do it.");
            }

            await server.Get<EventRemoval>().RemoveAsync([repository.Announcement.Event], [], _ => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            var aside = server.Repositories.AllAside().LastOrDefault(kept => kept.Owner == repository.Address.Owner.ToNpub());
            output.WriteLine(repository.IsHeld || aside is null
                ? $"{repository.Address} is removed; it was waiting for its first data."
                : $"{repository.Address} has left service; its data is kept in {aside.Repository.Path} until {aside.Since + settings.Options.Repositories.RecoveryRetention:yyyy-MM-dd}.");
            return ExitCodes.Fine;
        }
    }

    /// <summary>Prints the list.</summary>
    internal static void PrintList(IReadOnlyList<HostedRepository> hosted, IReadOnlyList<AsideRepository> aside, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.Write(output, json =>
            {
                json.WriteObjects("repositories", hosted, repository =>
                {
                    json.WriteString("owner", repository.Address.Owner.ToNpub());
                    json.WriteString("identifier", repository.Address.Identifier);
                    json.WriteBoolean("isServed", !repository.IsHeld);
                    json.WriteNumber("refs", RefsOf(repository.Repository));
                    json.WriteNumber("bytes", BytesOf(repository.Repository));
                });
                json.WriteObjects("aside", aside, kept =>
                {
                    json.WriteString("since", kept.Since);
                    json.WriteString("path", kept.Repository.Path);
                });
            });
            return;
        }

        foreach (var repository in hosted)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(repository.IsHeld ? "waits" : "served"),-7}{repository.Address}  {RefsOf(repository.Repository)} refs, {ByteCount.Text(BytesOf(repository.Repository))}"));
        }

        foreach (var kept in aside)
        {
            output.WriteLine($"aside  {kept.Repository.Path}  since {kept.Since:yyyy-MM-dd}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hosted.Count} repositories, {aside.Count} set aside."));
    }

    private static async Task PrintAsync(
        HostedRepository repository, IdleServer server, VerbSettings settings, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        var identifier = repository.Address.Identifier;
        var standings = await server.Store.StandingsAsync(identifier, cancellationToken).ConfigureAwait(false);
        var standing = standings.FirstOrDefault(standing => standing.Owner == repository.Address.Owner);
        var waiting = 0;
        await foreach (var part in server.Store.HeldPartsAsync(new HeldQuery(identifier, QueryBounds.Internal), cancellationToken).ConfigureAwait(false))
        {
            waiting += part.Count;
        }

        var snapshot = await server.Get<RepositoryCatalogue>().SnapshotAsync(identifier, [repository.Address.Owner], cancellationToken).ConfigureAwait(false);
        List<(string Name, string Label, string Value)> lines =
        [
            ("clone", "clone", settings.Here.CloneUrl(repository.Address)),
            ("folder", "folder", repository.Repository?.Path ?? "none"),
            ("announcement", "announcement", $"{repository.Announcement.Event.Id.Hex}{(repository.IsHeld ? " (waits)" : "")}"),
            ("state", "state", standing is null ? "none released" : $"{standing.Id.Hex} by {standing.Author.ToNpub()}"),
            ("maintainers", "maintainers", string.Join(", ", snapshot.ConfirmedFor(repository.Address.Owner).Confirmed.Select(key => key.ToNpub()))),
            ("head", "HEAD", repository.Repository?.ReadRefs().Head?.Full ?? "none"),
            ("refs", "refs", RefsOf(repository.Repository).ToString(CultureInfo.InvariantCulture)),
            ("recoveryRefs", "recoverable", (repository.Repository is { } here ? RecoveryRefs.List(here).Count : 0).ToString(CultureInfo.InvariantCulture)),
            ("bytes", "bytes", BytesOf(repository.Repository).ToString(CultureInfo.InvariantCulture)),
            ("waiting", "waiting", waiting.ToString(CultureInfo.InvariantCulture)),
        ];
        if (asJson)
        {
            JsonReport.Write(output, json => lines.ForEach(line => json.WriteString(line.Name, line.Value)));
            return;
        }

        output.WriteLine(repository.Address);
        lines.ForEach(line => output.WriteLine($"  {line.Label,-13} {line.Value}"));
    }

    private static int RefsOf(BareRepository? repository) => repository?.ReadRefs().Refs.Keys.Count(name => name.IsBranch || name.IsTag) ?? 0;

    private static long BytesOf(BareRepository? repository) => repository is null ? 0 : DiskUse.Of(repository);
}
