using System.Globalization;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>REQs as clients of NIP-34 ask them, on 100,000 stored events.</summary>
internal static class QueryBenchmark
{
    private const int Repositories = 2_500;
    private const int EventsEach = 38;
    private const int Connections = 8;
    private const int QuestionsEach = 100;

    private static readonly int[] Kinds = [EventKinds.Issue, EventKinds.Patch, EventKinds.Comment, EventKinds.Comment, EventKinds.Comment, 1630, 1632];

    public static async Task RunAsync(RunningServer server)
    {
        var people = Enumerable.Range(0, 700).Select(_ => new Person()).ToArray();
        var repositories = Enumerable.Range(0, Repositories).Select(number => (Owner: people[number % people.Length], Name: $"repository-{number}")).ToArray();
        await RelayBenchmarks.ServeAsync(server, repositories.SelectMany((repository, number) => Conversation(repository.Owner, repository.Name, people, number)));
        var random = new Random(1);
        (Person Owner, string Name) Any() => repositories[random.Next(repositories.Length)];
        await MeasureAsync(server, "REQ one repository's announcement and state", () =>
        {
            var (owner, name) = Any();
            return $$"""{"kinds":[30617,30618],"authors":["{{owner.Key}}"],"#d":["{{name}}"]}""";
        });
        await MeasureAsync(server, "REQ one repository's issues, patches and pull requests", () => $$"""{"kinds":[1617,1618,1621],"#a":["{{Coordinate(Any())}}"]}""");
        await MeasureAsync(server, "REQ one author's repositories", () => $$"""{"kinds":[30617],"authors":["{{Any().Owner.Key}}"]}""");
        await MeasureAsync(server, "REQ the 50 newest announcements", () => """{"kinds":[30617],"limit":50}""");
        await MeasureAsync(server, "REQ everything of one repository, 38 events", () => $$"""{"#a":["{{Coordinate(Any())}}"]}""");
    }

    private static string Coordinate((Person Owner, string Name) repository) => $"30617:{repository.Owner.Key}:{repository.Name}";

    private static IEnumerable<NostrEvent> Conversation(Person owner, string name, Person[] people, int number)
    {
        yield return owner.Announce(["https://grasp.example/x.git"], ["wss://grasp.example"], name);
        yield return owner.State(name, new Dictionary<string, string> { ["refs/heads/main"] = new('a', 40) });
        for (var index = 0; index < EventsEach; index++)
        {
            yield return people[(number + index) % people.Length].Sign(
                Kinds[index % Kinds.Length], [new("a", Coordinate((owner, name))), new("p", owner.Key.Hex)], string.Create(CultureInfo.InvariantCulture, $"{index} ") + new string('x', 300));
        }
    }

    private static async Task MeasureAsync(RunningServer server, string name, Func<string> filter)
    {
        var relays = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RawRelay.ConnectAsync(server)));
        var questions = Enumerable.Range(0, Connections).Select(_ => Enumerable.Range(0, QuestionsEach).Select(_ => $"[\"REQ\",\"q\",{filter()}]").ToArray()).ToArray();
        await Figure.PerSecondAsync(name, Connections * QuestionsEach, _ => Task.WhenAll(relays.Select((relay, index) => Task.Run(() => AskAsync(relay, questions[index])))));
        foreach (var relay in relays)
        {
            await relay.DisposeAsync();
        }
    }

    private static async Task AskAsync(RawRelay relay, string[] questions)
    {
        foreach (var question in questions)
        {
            await relay.SendAsync(question);
            while (await relay.NextTextAsync() is { } text && !text.StartsWith("[\"EOSE\"", StringComparison.Ordinal))
            {
            }
        }
    }
}
