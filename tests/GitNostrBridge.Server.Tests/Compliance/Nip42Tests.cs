using System.Text;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>NIP-42: authentication of clients.</summary>
public sealed class Nip42Tests
{
    [Fact]
    public async Task Each_connection_is_greeted_with_a_challenge_of_its_own()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var one = await scene.ConnectAsync();
        await using var other = await scene.ConnectAsync();

        Assert.NotEmpty(one.Challenge);
        Assert.NotEqual(one.Challenge, other.Challenge);
    }

    [Fact]
    public async Task An_answer_signed_for_this_challenge_and_relay_is_accepted_and_several_keys_may_answer()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        foreach (var person in new[] { new Person(), new Person() })
        {
            var answer = Answer(scene, person, relay.Challenge);
            Assert.Equal($"[\"OK\",\"{answer.Id}\",true,\"\"]", (await relay.AskAsync(Auth(answer))).GetRawText());
        }
    }

    [Theory]
    [InlineData("kind", "invalid: an answer to the challenge is an event of kind 22242")]
    [InlineData("challenge", "invalid: the challenge tag is not the challenge of this connection")]
    [InlineData("relay", "invalid: the relay tag is not this relay")]
    [InlineData("late", "invalid: created_at is more than 10 minutes from now")]
    [InlineData("early", "invalid: created_at is more than 10 minutes from now")]
    [InlineData("signature", "invalid: the signature does not verify")]
    public async Task An_answer_that_is_wrong_in_one_thing_is_refused_with_the_reason(string wrong, string reason)
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        var answer = Answer(
            scene,
            new Person(),
            wrong == "challenge" ? new string('0', 32) : relay.Challenge,
            wrong == "relay" ? "wss://elsewhere.example" : scene.Server.Here.RelayUrl,
            wrong == "kind" ? 22243 : 22242,
            wrong == "late" ? -700 : wrong == "early" ? 700 : 0);
        var json = Auth(wrong == "signature"
            ? new NostrEvent(answer.Id, answer.Author, answer.CreatedAt, answer.Kind, answer.Tags, "", new Person().Sign(1, []).Signature)
            : answer);

        var ok = await relay.AskAsync(json);

        Assert.Equal(answer.Id.Hex, ok[1].GetString());
        Assert.False(ok[2].GetBoolean());
        Assert.StartsWith(reason, ok[3].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_never_published()
    {
        await using var scene = await RelayScene.StartAsync();
        await using var relay = await scene.ConnectAsync();
        await relay.AskAsync("""["REQ","live",{"kinds":[22242]}]""");
        var answer = scene.Related(22242, tags: [new("relay", scene.Server.Here.RelayUrl), new("challenge", relay.Challenge)], createdAt: DateTimeOffset.UtcNow.ToUnixTimeSeconds());

        Assert.False((await relay.PublishAsync(answer))[2].GetBoolean());
        Assert.True((await relay.AskAsync(Auth(answer)))[2].GetBoolean());
        Assert.Equal("COUNT", (await relay.AskAsync("""["COUNT","c",{}]"""))[0].GetString());
    }

    private static NostrEvent Answer(RelayScene scene, Person person, string challenge, string? relay = null, int kind = 22242, int seconds = 0) => person.Sign(
        kind,
        [new("relay", relay ?? scene.Server.Here.RelayUrl), new("challenge", challenge)],
        createdAt: DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds);

    private static string Auth(NostrEvent answer) => $"[\"AUTH\",{Encoding.UTF8.GetString(answer.Json.Span)}]";
}
