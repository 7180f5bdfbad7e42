namespace GitNostrBridge.Grasp.Tests;

public class ServiceAddressTests
{
    private const string Identifier = "my repo%";

    private static readonly RepositoryAddress Mine = new(People.Alice, Identifier);

    [Theory]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("https://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("HTTP://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25.git/")]
    [InlineData("http://127.0.0.1:7334/NPUB/my repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/%6dy%20repo%25%2egit")]
    public void R5_a_clone_url_here_is_recognised(string url) => Assert.True(new ServiceAddress("http", "127.0.0.1:7334", "/").IsClone(WithNpub(url), Mine));

    [Theory]
    [InlineData("http://evil.example/127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334.evil.example/NPUB/my%20repo%25.git")]
    [InlineData("http://evil.example?127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://evil.example#127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334@evil.example/NPUB/my%20repo%25.git")]
    [InlineData("http://user@127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://user:secret@127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData(@"http://evil.example\@127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:73340/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334x/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:-7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.2:7334/NPUB/my%20repo%25.git")]
    [InlineData("http:///NPUB/my%20repo%25.git")]
    [InlineData("ws://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("git://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData(" http://127.0.0.1:7334/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25.git?x")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25.git#x")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25.git//")]
    [InlineData("http://127.0.0.1:7334//NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/x/../NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/x/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%2520repo%2525.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/my%20repo%25")]
    [InlineData("http://127.0.0.1:7334/NPUB/MY%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/.git")]
    [InlineData("http://127.0.0.1:7334/NPUB/")]
    [InlineData("http://127.0.0.1:7334/NPUB")]
    [InlineData("http://127.0.0.1:7334")]
    [InlineData("http://127.0.0.1:7334/base/NPUB/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/OTHER/my%20repo%25.git")]
    [InlineData("http://127.0.0.1:7334/HEX/my%20repo%25.git")]
    [InlineData("")]
    [InlineData("://")]
    public void R5_a_clone_url_elsewhere_is_not_taken_for_ours(string url) =>
        Assert.False(new ServiceAddress("http", "127.0.0.1:7334", "/").IsClone(WithNpub(url), Mine));

    [Theory]
    [InlineData("https", "grasp.example", "https://grasp.example", true)]
    [InlineData("https", "grasp.example", "https://GRASP.example:443", true)]
    [InlineData("https", "grasp.example", "http://grasp.example", true)]
    [InlineData("https", "grasp.example", "http://grasp.example:80", true)]
    [InlineData("https", "grasp.example", "https://grasp.example:", true)]
    [InlineData("https", "grasp.example", "https://grasp.example:80", false)]
    [InlineData("https", "grasp.example", "http://grasp.example:443", false)]
    [InlineData("https", "grasp.example", "https://grasp.example:8443", false)]
    [InlineData("https", "grasp.example", "https://grasp.example.", false)]
    [InlineData("https", "Grasp.Example:443", "https://grasp.example", true)]
    [InlineData("http", "grasp.example:443", "https://grasp.example", true)]
    [InlineData("http", "grasp.example:8080", "http://grasp.example:8080", true)]
    [InlineData("http", "grasp.example:8080", "http://grasp.example", false)]
    [InlineData("http", "[::1]", "http://[::1]:80", true)]
    [InlineData("http", "[::1]:7334", "http://[::1]:7334", true)]
    [InlineData("http", "[::1]:7334", "http://[::1]", false)]
    public void R5_default_ports_are_equal_and_case_does_not_matter(string scheme, string authority, string origin, bool ours) =>
        Assert.Equal(ours, new ServiceAddress(scheme, authority, "/").IsClone(WithNpub($"{origin}/NPUB/my%20repo%25.git"), Mine));

    [Theory]
    [InlineData("ws://127.0.0.1:7334", true)]
    [InlineData("ws://127.0.0.1:7334/", true)]
    [InlineData("wss://127.0.0.1:7334", true)]
    [InlineData("WS://127.0.0.1:7334", true)]
    [InlineData("http://127.0.0.1:7334", false)]
    [InlineData("ws://127.0.0.1", false)]
    [InlineData("ws://127.0.0.1:7334//", false)]
    [InlineData("ws://127.0.0.1:7334/relay", false)]
    [InlineData("ws://127.0.0.1:7334/?x", false)]
    [InlineData("ws://127.0.0.1:7334.evil.example", false)]
    [InlineData("ws://evil.example/127.0.0.1:7334", false)]
    [InlineData("ws://user@127.0.0.1:7334", false)]
    [InlineData("127.0.0.1:7334", false)]
    public void R5_relay_urls_are_parsed(string url, bool ours) => Assert.Equal(ours, new ServiceAddress("http", "127.0.0.1:7334", "/").IsRelay(url));

    [Theory]
    [InlineData("/base")]
    [InlineData("/base/")]
    [InlineData("base")]
    public void R1_under_a_base_path_only_what_lies_below_it_is_ours(string basePath)
    {
        var here = new ServiceAddress("https", "grasp.example", basePath);

        Assert.True(here.IsClone(WithNpub("https://grasp.example/base/NPUB/my%20repo%25.git"), Mine));
        Assert.False(here.IsClone(WithNpub("https://grasp.example/NPUB/my%20repo%25.git"), Mine));
        Assert.True(here.IsRelay("wss://grasp.example/base"));
        Assert.True(here.IsRelay("wss://grasp.example/base/"));
        Assert.False(here.IsRelay("wss://grasp.example"));
        Assert.False(here.IsRelay("wss://grasp.example/based"));
    }

    [Theory]
    [InlineData("http", "127.0.0.1:7334", "/", "ws://127.0.0.1:7334")]
    [InlineData("https", "grasp.example", "/base", "wss://grasp.example/base")]
    [InlineData("https", "grasp.example", "", "wss://grasp.example")]
    public void Its_own_urls_are_its_own(string scheme, string authority, string basePath, string relayUrl)
    {
        var here = new ServiceAddress(scheme, authority, basePath);

        Assert.Equal(relayUrl, here.RelayUrl);
        Assert.True(here.IsRelay(here.RelayUrl));
        foreach (var identifier in new[] { Identifier, "plain", "🙂", "a:b", "what?", "x#y", "x.git", "a+b", "50%25" })
        {
            var address = new RepositoryAddress(People.Bob, identifier);
            Assert.True(here.IsClone(here.CloneUrl(address), address), here.CloneUrl(address));
        }
    }

    private static string WithNpub(string url) =>
        url.Replace("NPUB", People.Alice.ToNpub()).Replace("OTHER", People.Bob.ToNpub()).Replace("HEX", People.Alice.Hex);
}
