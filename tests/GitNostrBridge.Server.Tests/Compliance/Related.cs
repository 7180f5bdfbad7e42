using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Events about a repository, and what tests ask of it.</summary>
internal static class Related
{
    /// <summary>The coordinate of the owner's announcement.</summary>
    public static string Coordinate(this Scenario scenario) => $"30617:{scenario.Owner.Key.Hex}:{Scenario.Identifier}";

    public static NostrEvent Issue(this Scenario scenario, Person author, string content = "", params EventTag[] more) =>
        author.Sign(EventKinds.Issue, [new("a", scenario.Coordinate()), .. more], content);

    public static NostrEvent Delete(this Person author, params NostrEvent[] events) =>
        author.Sign(EventKinds.Deletion, events.Select(nostrEvent => new EventTag("e", nostrEvent.Id.Hex)));

    public static NostrEvent DeleteAt(this Person author, string coordinate, long? createdAt = null) =>
        author.Sign(EventKinds.Deletion, [new("a", coordinate)], createdAt: createdAt);

    public static NostrEvent PullRequest(this Scenario scenario, Person author, string commit) =>
        author.Sign(EventKinds.PullRequest, [new("a", scenario.Coordinate()), new("c", commit)]);

    /// <summary>The HTTP status of the repository's first page to git.</summary>
    public static async Task<int> GitStatusAsync(this Scenario scenario, Person owner)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(scenario.UrlOf(owner) + "/info/refs?service=git-upload-pack"));
        return (int)response.StatusCode;
    }
}
