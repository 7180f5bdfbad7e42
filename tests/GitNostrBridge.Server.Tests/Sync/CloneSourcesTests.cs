using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>Where an identifier's data may be, as the events say.</summary>
public sealed class CloneSourcesTests
{
    private static readonly CloneSources Sources = new(new ServiceAddress("https", "grasp.example", "/"));

    [Fact]
    public void Our_own_authority_and_other_protocols_are_left_out() => Assert.Equal(
        [new CloneSource("https://a.example/x.git", "a.example:443"), new CloneSource("http://grasp.example:8080/x.git", "grasp.example:8080")],
        Read([
            "https://grasp.example/npub/x.git", "http://GRASP.example/x.git", "https://grasp.example:443/x.git", "https://a.example/x.git",
            "https://a.example/x.git", "ssh://a.example/x.git", "git@a.example:x.git", "/srv/x.git", "nostr://x", "http://grasp.example:8080/x.git",
        ]));

    [Fact]
    public void One_domain_is_one_whatever_the_case_and_the_scheme_decides_the_port() => Assert.Equal(
        ["a.example:443", "a.example:443", "a.example:80"],
        Read(["https://a.example/x", "https://A.EXAMPLE:443/x", "http://a.example/x"]).Select(source => source.Domain));

    [Fact]
    public void A_long_list_does_not_drive_out_the_others()
    {
        var greedy = Enumerable.Range(0, 500).Select(n => $"https://{n}.example/x").ToArray();

        var read = Read(greedy, greedy[100..], ["https://a.example/x", "https://b.example/x"]);

        Assert.True(read.Count <= 50);
        Assert.Equal(["0.example:443", "100.example:443", "a.example:443", "1.example:443", "101.example:443", "b.example:443"], read.Take(6).Select(source => source.Domain));
    }

    private static IReadOnlyList<CloneSource> Read(params string[][] clones) =>
        Sources.Of(clones.Select(clone => new Person().Announce(clone, [], "project")));
}
