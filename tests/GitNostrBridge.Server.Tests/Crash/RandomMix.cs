using System.Globalization;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>
/// Two maintainers of one project who announce, sign, push here or elsewhere, and delete in a random order, and remember what they were promised.
/// </summary>
internal sealed class RandomMix(WorkRepository work, RemoteGitServer remote, Random random)
{
    public const string Domain = "grasp.example";

    private const string Identifier = "mixed";

    private readonly ServiceAddress _here = new("http", Domain, "/");

    private readonly Person[] _people = [new Person(), new Person()];

    private readonly HashSet<EventId> _deleted = [];

    /// <summary>Every event whose OK said yes.</summary>
    public List<NostrEvent> Promised { get; } = [];

    public IReadOnlyList<Person> People => _people;

    /// <summary>Acts until the server is gone.</summary>
    public async Task ActAsync(ServerProcess server, TestRelay relay)
    {
        foreach (var person in _people)
        {
            await AnnounceAsync(relay, person);
        }

        while (true)
        {
            await StepAsync(server, relay, _people[random.Next(_people.Length)]);
        }
    }

    public bool WasDeleted(NostrEvent nostrEvent) => _deleted.Contains(nostrEvent.Id);

    private async Task StepAsync(ServerProcess server, TestRelay relay, Person person)
    {
        switch (random.Next(8))
        {
            case 0:
                await AnnounceAsync(relay, person);
                break;
            case 1:
                await work.OkAsync("branch", "--force", Branch(), "main");
                break;
            case 2 when Promised.LastOrDefault(e => e.Kind == EventKinds.RepositoryState && e.Author == person.Key) is { } state && random.Next(3) == 0:
                // Whether or not the answer arrives, the event may be gone from now on.
                _deleted.Add(state.Id);
                await OfferAsync(relay, person.Sign(EventKinds.Deletion, [new("e", state.Id.Hex)]));
                break;
            case 3 or 4:
                // The data is elsewhere; the server is to fetch it.
                await work.CommitAsync(random.Next().ToString(CultureInfo.InvariantCulture));
                await remote.TakeAsync(work, Identifier, "+refs/heads/*:refs/heads/*");
                await OfferAsync(relay, person.State(Identifier, await work.RefsAsync()));
                break;
            default:
                await work.CommitAsync(random.Next().ToString(CultureInfo.InvariantCulture));
                await OfferAsync(relay, person.State(Identifier, await work.RefsAsync()));
                var pushed = await work.RunAsync("push", "--quiet", "--force", $"{server.Address}{person.Npub}/{Identifier}.git", "refs/heads/*:refs/heads/*");
                if (pushed.Errors.Contains("unable to access", StringComparison.Ordinal))
                {
                    throw new RelayException("the server is gone");
                }

                break;
        }
    }

    private Task AnnounceAsync(TestRelay relay, Person person) => OfferAsync(
        relay,
        person.Announce([_here.CloneUrl(new RepositoryAddress(person.Key, Identifier)), remote.UrlOf(Identifier)], [_here.RelayUrl], Identifier, Other(person)));

    private async Task OfferAsync(TestRelay relay, NostrEvent nostrEvent)
    {
        if ((await relay.PublishAsync(nostrEvent)).Accepted)
        {
            Promised.Add(nostrEvent);
        }
    }

    private string Branch() => $"branch-{random.Next(4)}";

    private Person Other(Person person) => _people.Single(other => other != person);
}
