using System.Net;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>A clone URL is looked at, and its redirects are followed by us, each through the guard.</summary>
public sealed class RemoteProbeTests : IAsyncLifetime
{
    private const string Question = "/info/refs?service=git-upload-pack";

    private readonly TestFolder _folder = new();
    private readonly RemoteProbe _probe = new(new EgressGuard(new EgressRules(AllowHttp: true, AllowPrivateAddresses: true), (_, _) => Task.FromResult(new[] { IPAddress.Loopback })));
    private RemoteGitServer _first = null!;
    private RemoteGitServer _second = null!;

    public async ValueTask InitializeAsync()
    {
        _first = await RemoteGitServer.StartAsync(_folder, "first");
        _second = await RemoteGitServer.StartAsync(_folder, "second");
        await _second.EmptyAsync("project");
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_redirect_leads_to_where_git_may_fetch()
    {
        _first.Redirect = _second.UrlOf("project") + Question;

        var ready = Assert.IsType<ProbeResult.Ready>(await _probe.ProbeAsync(_first.UrlOf("project"), CancellationToken.None));

        Assert.Equal(_second.UrlOf("project"), ready.Remote.Url.AbsoluteUri);
        Assert.Equal([IPAddress.Loopback], ready.Remote.Addresses);
    }

    [Fact]
    public async Task Redirects_end_after_three()
    {
        _first.Redirect = _first.UrlOf("project") + Question;

        Assert.IsType<ProbeResult.Failed>(await _probe.ProbeAsync(_first.UrlOf("project"), CancellationToken.None));

        Assert.Equal(4, _first.Requests.Count);
    }

    [Theory]
    [InlineData("http://user:secret@name.example/x.git" + Question)]
    [InlineData("ftp://name.example/x.git" + Question)]
    [InlineData("file:///etc" + Question)]
    [InlineData("/login")]
    public async Task A_redirect_to_what_is_no_repository_is_not_followed(string target)
    {
        _first.Redirect = target;

        Assert.IsNotType<ProbeResult.Ready>(await _probe.ProbeAsync(_first.UrlOf("project"), CancellationToken.None));

        Assert.Single(_first.Requests);
    }

    [Fact]
    public async Task An_address_inside_is_not_asked()
    {
        var strict = new EgressGuard(new EgressRules(AllowHttp: true, AllowPrivateAddresses: false), (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));

        Assert.IsType<ProbeResult.NotAllowed>(await new RemoteProbe(strict).ProbeAsync(_second.UrlOf("project"), CancellationToken.None));

        Assert.Empty(_second.Requests);
    }

    [Theory]
    [InlineData(401), InlineData(404), InlineData(503)]
    public async Task A_server_that_refuses_is_left_alone(int status)
    {
        _second.Status = status;

        Assert.Equal(new ProbeResult.Failed($"HTTP status {status}"), await _probe.ProbeAsync(_second.UrlOf("project"), CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_left_alone()
    {
        var gone = _second.UrlOf("project");
        await _second.DisposeAsync();

        Assert.IsType<ProbeResult.Failed>(await _probe.ProbeAsync(gone, CancellationToken.None));
    }
}
