using System.CommandLine;
using System.Globalization;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The verb `purgatory`: what waits for its git data.</summary>
internal static class PurgatoryVerb
{
    /// <summary>The verb with the one below it.</summary>
    public static Command Create(string[] settings)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var list = new Command("list", "List the events that wait for their git data, by repository, the longest waiting first. The server may run meanwhile.") { json };
        list.SetAction((parse, cancellationToken) => VerbRun.RunAsync(settings, async read =>
        {
            var server = await IdleServer.OpenToReadAsync(read, cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                var waiting = await ReadAsync(server.Store, cancellationToken).ConfigureAwait(false);
                Print(waiting, TimeProvider.System.GetUtcNow(), parse.GetValue(json), Console.Out);
                return ExitCodes.Fine;
            }
        }));
        return new Command("purgatory", "What waits, unseen, for its git data.") { list };
    }

    /// <summary>Everything that waits.</summary>
    internal static async Task<IReadOnlyList<HeldEvent>> ReadAsync(IEventStore store, CancellationToken cancellationToken)
    {
        var waiting = new List<HeldEvent>();
        foreach (var topic in await store.HeldTopicsAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var part in store.HeldPartsAsync(new HeldQuery(topic, QueryBounds.Internal), cancellationToken).ConfigureAwait(false))
            {
                waiting.AddRange(part);
            }
        }

        return [.. waiting.DistinctBy(held => held.Event.Id)];
    }

    /// <summary>Prints it, for people or for programs.</summary>
    internal static void Print(IReadOnlyList<HeldEvent> waiting, DateTimeOffset now, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.Write(output, json => json.WriteObjects("waiting", waiting, held =>
            {
                json.WriteString("id", held.Event.Id.Hex);
                json.WriteNumber("kind", held.Event.Kind);
                json.WriteString("identifier", held.Topic);
                json.WriteString("author", held.Event.Author.ToNpub());
                json.WriteString("since", held.HeldSince);
                json.WriteString("deadline", held.Deadline);
            }));
            return;
        }

        foreach (var repository in waiting.GroupBy(held => held.Topic))
        {
            output.WriteLine(repository.Key);
            foreach (var held in repository)
            {
                output.WriteLine($"  {EventWords.KindName(held.Event.Kind),-12} {held.Event.Id.Hex}  by {held.Event.Author.ToNpub()}  waits {Span(now - held.HeldSince)}, {Rest(held.Deadline - now)}");
            }
        }

        output.WriteLine(waiting.Count == 0 ? "Nothing waits." : waiting.Count == 1 ? "One event waits." : string.Create(CultureInfo.InvariantCulture, $"{waiting.Count} events wait."));
    }

    private static string Rest(TimeSpan left) => left > TimeSpan.Zero ? $"for {Span(left)} more" : "and its time is over";

    private static string Span(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min");
}
