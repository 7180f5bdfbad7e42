using GitNostrBridge.Git;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Which request targets lead to a repository, and which to nothing (R1, R20-R23).</summary>
public sealed class AddressTests
{
    private const string Advertisement = "/info/refs?service=git-upload-pack";

    [Theory]
    [InlineData("/{npub}/absent.git" + Advertisement)]
    [InlineData("/{npub}/absent.git/git-upload-pack")]
    [InlineData("/{npub}/project" + Advertisement)]
    [InlineData("/{npub}/project.git/extra" + Advertisement)]
    [InlineData("/{npub}/.git" + Advertisement)]
    [InlineData("/{hex}/project.git" + Advertisement)]
    [InlineData("/npub1qqqq/project.git" + Advertisement)]
    [InlineData("/{npub}x/project.git" + Advertisement)]
    [InlineData("/{npub}%2Fproject.git" + Advertisement)]
    [InlineData("//{npub}/project.git" + Advertisement)]
    [InlineData("/{npub}/project.git/HEAD")]
    [InlineData("/{npub}/project.git/objects/info/packs")]
    [InlineData("/{npub}/project.git/info/refs")]
    [InlineData("/{npub}/project.git/info/refs?service=git-upload-archive")]
    [InlineData("/{npub}/project.git/info/refs?service=upload-pack")]
    [InlineData("/{npub}/project.git/git-upload-archive")]
    [InlineData("/nothing")]
    public async Task What_is_unknown_is_404(string target)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();

        var answer = await RawRequest.SendAsync(scenario.Server, "GET", Fill(target, scenario.Owner));

        Assert.Equal(404, answer.Status);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Theory]
    [InlineData("/{npub}/..%2F..%2Foutside.git")]
    [InlineData("/{npub}/%2e%2e%2f%2e%2e%2foutside.git")]
    [InlineData("/{npub}/../../outside.git")]
    [InlineData("/{npub}/%2e%2e/%2e%2e/outside.git")]
    [InlineData("/{npub}/..%5C..%5Coutside.git")]
    [InlineData("/{npub}/..%252F..%252Foutside.git")]
    [InlineData("/{npub}/...git")]
    [InlineData("/..%2Foutside.git/x.git")]
    public async Task Nothing_outside_the_root_is_read(string target)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        // A real repository where a name that leaves the root would lead.
        await scenario.Work.Git.OkAsync(scenario.Server.Folder.Path, "init", "--quiet", "--bare", scenario.Server.Folder.Sub("data", "outside.git"));

        var answer = await RawRequest.SendAsync(scenario.Server, "GET", Fill(target, scenario.Owner) + Advertisement);

        Assert.Equal(404, answer.Status);
        Assert.DoesNotContain("service=git-upload-pack", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("héllo wörld")]
    [InlineData("🦀")]
    [InlineData("100%")]
    [InlineData("a%2Fb")]
    [InlineData("a%252Fb")]
    [InlineData(".dotted")]
    [InlineData("name.git")]
    [InlineData("plus+and&more;?#")]
    public async Task An_identifier_works_whatever_it_is_made_of(string identifier)
    {
        await using var scenario = await Scenario.StartAsync();
        var commit = await scenario.Work.CommitAsync();
        await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, identifier));
        await scenario.SendAsync(scenario.Owner.State(identifier, await scenario.Work.RefsAsync()));
        var url = scenario.Server.CloneUrl(scenario.Owner, identifier);

        await scenario.Work.OkAsync("push", "--quiet", url, "main");

        Assert.Contains(commit, await scenario.Work.OkAsync("ls-remote", url, "main"), StringComparison.Ordinal);
        Assert.Contains(Html.Of($"{identifier}").ToString(), (await RawRequest.SendAsync(scenario.Server, "GET", new Uri(url).AbsolutePath)).Body, StringComparison.Ordinal);
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task A_name_is_percent_decoded_exactly_once()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, "a b"));

        Assert.Equal(200, await StatusAsync("a%20b"));
        Assert.Equal(404, await StatusAsync("a%2520b"));

        async Task<int> StatusAsync(string name) =>
            (await RawRequest.SendAsync(scenario.Server, "GET", $"/{scenario.Owner.Npub}/{name}.git{Advertisement}")).Status;
    }

    [Fact]
    public async Task Two_identifiers_never_share_a_folder()
    {
        await using var scenario = await Scenario.StartAsync();
        foreach (var identifier in (string[])["x", "x.git", "x%2Egit", "%2Ex", ".x"])
        {
            await scenario.SendAsync(scenario.Owner.Announce(scenario.Server.Here, identifier));
        }

        var repositories = scenario.Server.Services.GetRequiredService<BareRepositories>();
        Assert.Equal(5, Directory.GetDirectories(Path.Combine(repositories.Root, scenario.Owner.Npub)).Length);
    }

    [Fact]
    public async Task The_absolute_form_of_a_request_target_is_understood()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.AnnounceAsync();
        Assert.Equal(200, (await RawRequest.SendAsync(scenario.Server, "GET", scenario.Url + Advertisement)).Status);
        Assert.Equal(404, (await RawRequest.SendAsync(scenario.Server, "GET", scenario.Url.Replace("project", "absent", StringComparison.Ordinal) + Advertisement)).Status);
    }

    [Fact]
    public async Task Below_a_base_path_everything_works_and_beside_it_nothing()
    {
        await using var scenario = await Scenario.StartAsync(("Grasp:BasePath", "/code/git"));
        await scenario.ServeAsync();
        Assert.Contains("/code/git/npub1", scenario.Url, StringComparison.Ordinal);

        await scenario.Work.OkAsync("ls-remote", "--exit-code", scenario.Url, "main");
        Assert.Equal(200, (await RawRequest.SendAsync(scenario.Server, "GET", "/code/git/")).Status);
        Assert.Equal(200, (await RawRequest.SendAsync(scenario.Server, "GET", "/code/git")).Status);
        foreach (var beside in (string[])["/", $"/{scenario.Owner.Npub}/project.git", $"/code/gitx/{scenario.Owner.Npub}/project.git", "/code"])
        {
            Assert.Equal(404, (await RawRequest.SendAsync(scenario.Server, "GET", beside)).Status);
        }
    }

    private static string Fill(string target, Person owner) =>
        target.Replace("{npub}", owner.Npub, StringComparison.Ordinal).Replace("{hex}", owner.Key.Hex, StringComparison.Ordinal);
}
