using GitNostrBridge.Grasp;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>The page at `/`.</summary>
public sealed class LandingPageTests
{
    [Fact]
    public async Task It_tells_what_the_server_is_how_to_push_here_and_what_it_takes()
    {
        await using var server = RunningServer.Start(("Grasp:Name", "Orchard"), ("Grasp:Description", "Trees & <branches>"), ("Limits:PackBytes", "3145728"));
        var page = await PageAsync(server);
        foreach (var expected in (string[])
            ["<h1>Orchard</h1>", "Trees &amp; &lt;branches&gt;", $"relays  {server.Here.RelayUrl}", $"git push {server.Here.Origin}/&lt;your npub&gt;", $"--to {server.Here.Origin}", "3 MiB", RelayInformation.CriteriaOf(AdmissionPolicy.Open), "None is here yet", "Free of charge"])
        {
            Assert.Contains(expected, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_repository_is_listed_once_it_is_served_and_what_waits_is_only_counted()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var scenario = await Scenario.StartAsync(time);
        await scenario.AnnounceAsync();
        var before = await PageAsync(scenario.Server);
        Assert.DoesNotContain(scenario.Owner.Npub, before, StringComparison.Ordinal);
        Assert.Contains("<dt>Events waiting</dt><dd>1</dd>", before, StringComparison.Ordinal);
        Assert.Contains("<dt>Repositories</dt><dd>0</dd>", before, StringComparison.Ordinal);

        await scenario.ServeAsync();
        var cached = await PageAsync(scenario.Server);
        Assert.Contains("<dt>Repositories</dt><dd>0</dd>", cached, StringComparison.Ordinal);
        Assert.DoesNotContain(scenario.Owner.Npub, cached, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(3));
        var after = await PageAsync(scenario.Server);

        Assert.Contains($"<h3><a href=\"{new Uri(scenario.Url).AbsolutePath}\">{Scenario.Identifier}</a></h3>", after, StringComparison.Ordinal);
        Assert.Contains("<dt>Repositories</dt><dd>1</dd>", after, StringComparison.Ordinal);
        Assert.Contains("<dt>Events waiting</dt><dd>0</dd>", after, StringComparison.Ordinal);
        Assert.Contains("<dt>Connections</dt><dd>1</dd>", after, StringComparison.Ordinal);
        Assert.Contains("1 repository, the latest state first.", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_read_in_leaves_the_latest_first()
    {
        await using var server = RunningServer.Start();
        for (var number = 1; number <= RepositoryList.PageSize + 2; number++)
        {
            await ListedRepositories.ServeAsync(server, $"repository-{number}", "one of many");
        }

        var first = await PageAsync(server);
        var second = await PageAsync(server, "?page=2");

        Assert.Contains($">repository-{RepositoryList.PageSize + 2}<", first, StringComparison.Ordinal);
        Assert.DoesNotContain(">repository-2<", first, StringComparison.Ordinal);
        Assert.Contains("<a rel=\"next\" href=\"/?page=2#repositories\">", first, StringComparison.Ordinal);
        Assert.Contains(">repository-2<", second, StringComparison.Ordinal);
        Assert.Contains(">repository-1<", second, StringComparison.Ordinal);
        Assert.DoesNotContain(">repository-3<", second, StringComparison.Ordinal);
        Assert.Contains("Page 2 of 2", second, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", second, StringComparison.Ordinal);
        Assert.Contains("<a rel=\"next\" href=\"/?q=many&amp;page=2#repositories\">", await PageAsync(server, "?q=many"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?page=0")]
    [InlineData("?page=-3")]
    [InlineData("?page=99999999999999999999")]
    [InlineData("?page=one&q=")]
    public async Task A_leaf_that_is_none_is_the_first(string query)
    {
        await using var server = RunningServer.Start();
        await ListedRepositories.ServeAsync(server, "only", "");
        Assert.Contains(">only<", await PageAsync(server, query), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_find_repositories_and_nothing_in_them_becomes_markup()
    {
        await using var server = RunningServer.Start();
        await ListedRepositories.ServeAsync(server, "apples", "<script>alert('fruit')</script>");
        await ListedRepositories.ServeAsync(server, "pears", "also fruit");
        await ListedRepositories.ServeAsync(server, "stones", "hard");

        var fruit = await PageAsync(server, "?q=Fruit");
        Assert.Contains(">apples<", fruit, StringComparison.Ordinal);
        Assert.Contains(">pears<", fruit, StringComparison.Ordinal);
        Assert.DoesNotContain(">stones<", fruit, StringComparison.Ordinal);
        Assert.Contains("2 repositories found by “Fruit”", fruit, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", fruit, StringComparison.Ordinal);
        Assert.Contains(">stones<", await PageAsync(server, "?q=sto"), StringComparison.Ordinal);

        var none = await PageAsync(server, "?q=%22%3E%3Cscript%3Enothing");
        Assert.DoesNotContain("<script", none, StringComparison.Ordinal);
        Assert.Contains("value=\"&quot;&gt;&lt;script&gt;nothing\"", none, StringComparison.Ordinal);
        Assert.Contains("None is found by", none, StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(RunningServer server, string query = "")
    {
        var answer = await RawRequest.SendAsync(server, "GET", "/" + query, "Accept: text/html");
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }
}
