using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-01 sentence by sentence: filters, and the order of answers.</summary>
public sealed class Nip01FilterTests : IAsyncLifetime
{
    private readonly Person _alice = new();
    private readonly Person _bob = new();
    private RelayScene _scene = null!;
    private RawRelay _relay = null!;
    private NostrEvent _first = null!;
    private NostrEvent _second = null!;
    private NostrEvent _third = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await RelayScene.StartAsync();
        _relay = await _scene.ConnectAsync();
        _first = _alice.Sign(1617, [new("t", "bug"), new("t", "urgent"), new("p", _bob.Key.Hex, "wss://relay.example")], createdAt: 1_000);
        _second = _bob.Sign(1111, [new("t", "bug"), new("T", "other")], createdAt: 2_000);
        _third = _alice.Sign(1111, [new("t", "idea")], createdAt: 3_000);
        foreach (var nostrEvent in new[] { _second, _third, _first })
        {
            await _scene.ServeAsync(nostrEvent);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task Ids_are_a_list_of_event_ids() => await ExpectAsync($$"""{"ids":["{{_first.Id}}","{{_third.Id}}"]}""", _third, _first);

    [Fact]
    public async Task Authors_are_a_list_of_keys_of_which_the_event_has_one() => await ExpectAsync($$"""{"authors":["{{_bob.Key}}"]}""", _second);

    [Fact]
    public async Task Kinds_are_a_list_of_numbers_of_which_the_event_has_one() => await ExpectAsync("""{"kinds":[1617,7]}""", _first);

    [Fact]
    public async Task A_tag_condition_wants_a_tag_of_that_name_whose_first_value_is_in_the_list()
    {
        await ExpectAsync("""{"#t":["bug"]}""", _second, _first);
        await ExpectAsync("""{"#t":["urgent","idea"]}""", _third, _first);
        await ExpectAsync("""{"#T":["other"]}""", _second);
        await ExpectAsync("""{"#p":["wss://relay.example"]}""");
    }

    [Fact]
    public async Task Since_and_until_include_their_own_second()
    {
        await ExpectAsync("""{"since":2000,"until":3000}""", _third, _second);
        await ExpectAsync("""{"since":2001,"until":3000}""", _third);
        await ExpectAsync("""{"until":1999}""", _first);
    }

    [Fact]
    public async Task All_conditions_of_a_filter_must_hold()
    {
        await ExpectAsync($$"""{"authors":["{{_alice.Key}}"],"kinds":[1111],"#t":["idea"]}""", _third);
        await ExpectAsync($$"""{"authors":["{{_bob.Key}}"],"kinds":[1111],"#t":["idea"]}""");
        await ExpectAsync("""{"#t":["bug"],"#T":["other"]}""", _second);
    }

    [Fact]
    public async Task Any_filter_of_several_may_match_and_each_event_comes_once() =>
        await ExpectAsync($$"""{"kinds":[1617]},{"#t":["bug"]},{"ids":["{{_third.Id}}"]}""", _third, _second, _first);

    [Fact]
    public async Task A_limit_returns_the_newest_in_each_filter()
    {
        await ExpectAsync("""{"kinds":[1111],"limit":1}""", _third);
        await ExpectAsync("""{"kinds":[1111],"limit":1},{"kinds":[1617],"limit":1}""", _third, _first);
        await ExpectAsync("""{"kinds":[1111],"limit":0}""");
    }

    [Fact]
    public async Task A_limit_says_nothing_about_live_events()
    {
        await _relay.AskAsync("""["REQ","s",{"kinds":[1111],"limit":0}]""");
        var live = new[] { _alice.Sign(1111, []), _alice.Sign(1111, []) };
        foreach (var nostrEvent in live)
        {
            await _scene.ServeAsync(nostrEvent);
            Assert.Equal(nostrEvent.Id.Hex, (await _relay.NextAsync())[2].GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task Events_come_newest_first_and_at_the_same_second_with_the_lowest_id_first()
    {
        var same = Enumerable.Range(0, 20).Select(number => _alice.Sign(1622, [], $"{number}", createdAt: 5_000)).ToList();
        var newer = _alice.Sign(1622, [], createdAt: 5_001);
        foreach (var nostrEvent in same.Append(newer))
        {
            await _scene.ServeAsync(nostrEvent);
        }

        await ExpectAsync("""{"kinds":[1622]}""", [newer, .. same.OrderBy(nostrEvent => nostrEvent.Id)]);
        await ExpectAsync("""{"kinds":[1622],"limit":5}""", [newer, .. same.OrderBy(nostrEvent => nostrEvent.Id).Take(4)]);
    }

    [Fact]
    public async Task A_condition_without_values_matches_nothing_and_a_filter_without_conditions_everything()
    {
        await ExpectAsync("""{"ids":[]}""");
        await ExpectAsync("{}", _scene.Root, _third, _second, _first);
    }

    [Fact]
    public async Task Conditions_that_are_not_known_are_passed_over() => await ExpectAsync("""{"kinds":[1617],"colour":["red"],"#long":["x"]}""", _first);

    private async Task ExpectAsync(string filters, params NostrEvent[] expected) =>
        Assert.Equal(expected.Select(nostrEvent => nostrEvent.Id.Hex), await _relay.QueryAsync(filters));
}
