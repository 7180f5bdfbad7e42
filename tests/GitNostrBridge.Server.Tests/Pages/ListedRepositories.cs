using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Repositories that stand in the list without a push: many are made in little time.</summary>
internal static class ListedRepositories
{
    /// <summary>Has one served, newer than those before it.</summary>
    public static async Task ServeAsync(RunningServer server, string identifier, string description)
    {
        var owner = new Person();
        var store = server.Services.GetRequiredService<IEventStore>();
        await store.SaveAsync(owner.Sign(EventKinds.RepositoryAnnouncement, [new("d", identifier), new("description", description)]), default);
        var state = owner.State(identifier, new Dictionary<string, string>());
        var now = DateTimeOffset.UtcNow;
        await store.HoldAsync(new HeldEvent(state, identifier, ReplacesOlder: false, now, now.AddMinutes(30)), default);
        await store.ReleaseAsync([new EventRelease(state.Id, [owner.Key])], default);
    }
}
