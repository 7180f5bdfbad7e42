using System.Net;
using System.Net.Sockets;

namespace GitNostrBridge.Server.Tests;

/// <summary>What strangers' URLs may make this server connect to (security rule 1 of outbound connections).</summary>
public sealed class EgressGuardTests
{
    private static readonly EgressRules Strict = new(AllowHttp: false, AllowPrivateAddresses: false);

    private static readonly EgressRules Lenient = new(AllowHttp: true, AllowPrivateAddresses: true);

    [Theory]
    [InlineData("0.0.0.0"), InlineData("0.255.255.255"), InlineData("10.0.0.1"), InlineData("10.255.255.255")]
    [InlineData("100.64.0.1"), InlineData("100.127.255.255"), InlineData("127.0.0.1"), InlineData("127.255.255.254")]
    [InlineData("169.254.169.254"), InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.0.0.8")]
    [InlineData("192.0.2.1"), InlineData("192.88.99.1"), InlineData("192.168.1.1"), InlineData("198.18.0.1"), InlineData("198.19.255.255")]
    [InlineData("198.51.100.7"), InlineData("203.0.113.7"), InlineData("224.0.0.1"), InlineData("239.255.255.255")]
    [InlineData("240.0.0.1"), InlineData("255.255.255.255")]
    [InlineData("::"), InlineData("::1"), InlineData("::ffff:127.0.0.1"), InlineData("::ffff:8.8.8.8"), InlineData("::8.8.8.8")]
    [InlineData("64:ff9b::7f00:1"), InlineData("64:ff9b:1::1"), InlineData("100::1"), InlineData("2001::1"), InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1"), InlineData("3fff::1"), InlineData("fc00::1"), InlineData("fdff::1"), InlineData("fe80::1"), InlineData("fec0::1"), InlineData("ff02::1")]
    public async Task An_address_that_is_not_public_is_refused_by_name_and_as_host(string text)
    {
        var address = IPAddress.Parse(text);
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{text}]" : text;

        Assert.IsType<EgressDecision.Refused>(await CheckAsync("https://name.example/x.git", address));
        Assert.IsType<EgressDecision.Refused>(await CheckAsync($"https://{host}/x.git"));
        Assert.IsType<EgressDecision.Allowed>(await new EgressGuard(Lenient, Resolver(address)).CheckGitAsync("http://name.example/x.git", CancellationToken.None));
    }

    [Theory]
    [InlineData("1.1.1.1"), InlineData("9.255.255.255"), InlineData("11.0.0.0"), InlineData("100.63.255.255"), InlineData("100.128.0.0")]
    [InlineData("172.15.255.255"), InlineData("172.32.0.0"), InlineData("192.167.255.255"), InlineData("198.17.255.255"), InlineData("198.20.0.0")]
    [InlineData("223.255.255.255"), InlineData("2606:4700::1111"), InlineData("2a00::1")]
    public async Task A_public_address_is_pinned(string address)
    {
        var allowed = Assert.IsType<EgressDecision.Allowed>(await CheckAsync("https://name.example/x.git", IPAddress.Parse(address)));

        Assert.Equal([IPAddress.Parse(address)], allowed.Addresses);
    }

    [Theory]
    [InlineData("https://2130706433/x"), InlineData("https://0x7f000001/x"), InlineData("https://0177.0.0.1/x"), InlineData("https://127.1/x")]
    [InlineData("https://0x7f.1/x"), InlineData("https://017700000001/x"), InlineData("https://[::ffff:7f00:1]/x"), InlineData("https://[0:0:0:0:0:0:0:1]/x")]
    [InlineData("https://[fe80::1%25eth0]/x"), InlineData("https://127.0.0.1./x"), InlineData("https://%31%32%37.0.0.1/x"), InlineData("https://１２７.0.0.1/x")]
    public async Task The_loopback_address_is_found_in_every_disguise(string url) =>
        Assert.IsType<EgressDecision.Refused>(await CheckAsync(url, IPAddress.Loopback));

    [Theory]
    [InlineData("http://name.example/x"), InlineData("git://name.example/x"), InlineData("ssh://name.example/x"), InlineData("file:///etc/passwd")]
    [InlineData("ext::sh -c id"), InlineData("/etc"), InlineData("name.example:x"), InlineData("--upload-pack=id"), InlineData("-https://name.example/x")]
    [InlineData("https://user:secret@name.example/x"), InlineData("https://user@name.example/x"), InlineData("https://@name.example/x")]
    [InlineData("https://name.example/x\n"), InlineData("https://name.example/a b"), InlineData("https://name.example/\u0001"), InlineData("https://name.example\\@inside/x")]
    [InlineData("https:///x"), InlineData("https:name.example/x"), InlineData("https://name.example./x"), InlineData("https://-name.example/x")]
    [InlineData("https://name.example/x#y"), InlineData("https://name.example/x?y"), InlineData(""), InlineData("https://")]
    [InlineData("wss://name.example/")]
    public async Task A_url_that_is_more_than_a_place_to_fetch_from_is_refused(string url) =>
        Assert.IsType<EgressDecision.Refused>(await CheckAsync(url, IPAddress.Parse("1.1.1.1")));

    [Fact]
    public async Task Every_address_of_a_name_must_be_public() =>
        Assert.IsType<EgressDecision.Refused>(await CheckAsync("https://name.example/x", IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")));

    [Fact]
    public async Task A_name_without_address_and_one_that_is_unknown_are_refused()
    {
        Assert.IsType<EgressDecision.Refused>(await CheckAsync("https://name.example/x"));
        var failing = new EgressGuard(Strict, (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
        Assert.IsType<EgressDecision.Refused>(await failing.CheckGitAsync("https://name.example/x", CancellationToken.None));
    }

    [Fact]
    public async Task An_international_name_is_passed_on_in_ascii()
    {
        var allowed = Assert.IsType<EgressDecision.Allowed>(await CheckAsync("https://bücher.example/x", IPAddress.Parse("1.1.1.1")));

        Assert.Equal("https://xn--bcher-kva.example/x", allowed.Url.AbsoluteUri);
    }

    [Fact]
    public async Task Relays_are_reached_by_wss_and_by_ws_only_if_allowed()
    {
        var address = Resolver(IPAddress.Parse("1.1.1.1"));

        Assert.IsType<EgressDecision.Allowed>(await new EgressGuard(Strict, address).CheckRelayAsync("wss://name.example/?x=y", CancellationToken.None));
        Assert.IsType<EgressDecision.Refused>(await new EgressGuard(Strict, address).CheckRelayAsync("ws://name.example/", CancellationToken.None));
        Assert.IsType<EgressDecision.Refused>(await new EgressGuard(Strict, address).CheckRelayAsync("https://name.example/", CancellationToken.None));
        Assert.IsType<EgressDecision.Allowed>(await new EgressGuard(Lenient, address).CheckRelayAsync("ws://name.example/", CancellationToken.None));
    }

    [Fact]
    public async Task A_name_that_resolves_differently_the_second_time_is_not_resolved_a_second_time()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        var answers = new Queue<IPAddress[]>([[IPAddress.Parse("127.0.0.2")], [IPAddress.Loopback]]);
        var guard = new EgressGuard(Lenient, (_, _) => Task.FromResult(answers.Dequeue()));
        var allowed = Assert.IsType<EgressDecision.Allowed>(await guard.CheckGitAsync($"http://name.example:{port}/x", CancellationToken.None));

        using var client = new HttpClient(EgressGuard.HandlerFor(allowed));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(allowed.Url));
        Assert.False(inside.Pending());
        Assert.Single(answers);
    }

    private static Task<EgressDecision> CheckAsync(string url, params IPAddress[] addresses) =>
        new EgressGuard(Strict, Resolver(addresses)).CheckGitAsync(url, CancellationToken.None);

    private static Func<string, CancellationToken, Task<IPAddress[]>> Resolver(params IPAddress[] addresses) => (_, _) => Task.FromResult(addresses);
}
