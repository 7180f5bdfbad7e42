using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>How to bring a repository here, in three steps.</summary>
internal static class PushSteps
{
    /// <summary>The steps with this server's own addresses.</summary>
    public static Html Show(ServiceAddress here) => Html.Of(
        $"""
        <ol class="steps">
        <li><h3>Announce it</h3>
        <p>Sign a repository announcement (kind 30617) that names this server both as a place to clone from and as a relay, and send it to the relay.</p>
        <pre tabindex="0"><code>clone   {here.Origin}/&lt;your npub&gt;/&lt;name&gt;.git
        relays  {here.RelayUrl}</code></pre></li>
        <li><h3>Say what you push</h3>
        <p>Sign a state (kind 30618) with the commits of your branches and tags. Both events wait, unseen, until the commits are here.</p></li>
        <li><h3>Push</h3>
        <p>No password is asked for: what agrees with the signed state is taken, and nothing else.</p>
        <pre tabindex="0"><code>git push {here.Origin}/&lt;your npub&gt;/&lt;name&gt;.git --all</code></pre></li>
        </ol>
        <p>One command does all three, and makes a key if you have none; git clients that speak Nostr, such as <a href="https://gitworkshop.dev/ngit">ngit</a>, do too.</p>
        <pre tabindex="0"><code>gitnostrbridge publish path/to/repository --to {here.Origin}</code></pre>
        """);
}
