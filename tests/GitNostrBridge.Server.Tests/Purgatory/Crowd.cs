using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>A repository whose newer state waits, and thousands of strangers' announcements that wait under the same identifier, longer than it does.</summary>
public sealed class Crowd : IAsyncLifetime
{
    /// <summary>More than a snapshot holds of strangers.</summary>
    public const int Strangers = 3_000;

    /// <summary>What a snapshot may hold of strangers.</summary>
    public const int Beside = 1_000;

    /// <summary>Where the owner says that his data is.</summary>
    public const string Elsewhere = "https://elsewhere.example/project.git";

    /// <summary>The server with the repository.</summary>
    public Scenario Scenario { get; private set; } = null!;

    /// <summary>The owner's state that waits.</summary>
    public NostrEvent State { get; private set; } = null!;

    /// <summary>The store as it is.</summary>
    public IEventStore Store => Scenario.Server.Services.GetRequiredService<IEventStore>();

    public async ValueTask InitializeAsync()
    {
        Scenario = await Scenario.StartAsync(("GitSync:Enabled", "false"), ("Purgatory:SweepInterval", "1.00:00:00"));
        var owner = Scenario.Owner;
        await Scenario.ServeAsync();
        await Scenario.SendAsync(owner.Announce([Scenario.Url, Elsewhere], [Scenario.Server.Here.RelayUrl], Scenario.Identifier));
        await Task.WhenAll(Enumerable.Range(0, Strangers).Select(number => HoldAsync(
            Announce(new Person()), replacesOlder: true, DateTimeOffset.UnixEpoch.AddSeconds(number))));
        await Scenario.Work.CommitAsync();
        State = await Scenario.SignAsync(owner);
    }

    /// <summary>Lets an event wait as it is, whatever the rules say of it.</summary>
    public Task<HoldOutcome> HoldAsync(NostrEvent nostrEvent, bool replacesOlder, DateTimeOffset since) => Store.HoldAsync(
        new HeldEvent(nostrEvent, Scenario.Identifier, replacesOlder, since, DateTimeOffset.UtcNow.AddDays(1)), CancellationToken.None);

    /// <summary>An announcement that lists the server and a place of its own.</summary>
    public NostrEvent Announce(Person author) => author.Announce(
        [Scenario.Server.CloneUrl(author, Scenario.Identifier), $"https://{author.Key.Hex[..20]}.example/x"], [Scenario.Server.Here.RelayUrl], Scenario.Identifier);

    /// <summary>A part of the server that asks a counting store, as far as it asks by itself or by the parts given.</summary>
    public (T Part, CountingStore Count) Make<T>(Func<IEventStore, RepositoryCatalogue, IEnumerable<object>> parts)
    {
        var (store, count) = CountingStore.Around(Store);
        var catalogue = new RepositoryCatalogue(store, Scenario.Server.Here, MaintainerModel.Reciprocal);
        return (ActivatorUtilities.CreateInstance<T>(Scenario.Server.Services, [.. parts(store, catalogue)]), count);
    }

    public async ValueTask DisposeAsync() => await Scenario.DisposeAsync();
}
