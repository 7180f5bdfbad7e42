using System.Net;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Section `Grasp`: who this server is.</summary>
/// <param name="Domain">Public authority (host, and port unless it is the scheme's own) that announcements must name; default: the authority of the first URL listened on.</param>
/// <param name="BasePath">Everything lives below this path.</param>
/// <param name="MaintainerModel">`reciprocal` (R14) or `listed`, the older reading.</param>
/// <param name="TrustedProxies">Networks such as `10.0.0.0/8`, or single addresses, with commas between, whose word about the client's address is believed.</param>
/// <param name="Name">NIP-11 name.</param>
/// <param name="Description">NIP-11 description.</param>
/// <param name="Contact">NIP-11 contact, or empty.</param>
/// <param name="OwnerKeyFile">Where the relay's own secret key is kept (nsec or hex); made on first start, mode 0600.</param>
public sealed record GraspOptions(
    string Domain = "",
    string BasePath = "/",
    MaintainerModel MaintainerModel = MaintainerModel.Reciprocal,
    string TrustedProxies = "",
    string Name = "GitNostrBridge",
    string Description = "Git repositories whose pushes are authorised by signed Nostr events",
    string Contact = "",
    string OwnerKeyFile = "data/relay-owner.nsec")
{
    /// <summary>Reads and checks the section.</summary>
    public static GraspOptions Read(SectionReader section)
    {
        var defaults = new GraspOptions();
        return new GraspOptions(
            section.Text(nameof(Domain), defaults.Domain, IsAuthority, "a host, or host:port, without a scheme or path"),
            section.Text(nameof(BasePath), defaults.BasePath, IsPath, "a path such as / or /grasp, of letters, digits and - . _ ~"),
            section.OneOf(nameof(MaintainerModel), defaults.MaintainerModel),
            section.Text(nameof(TrustedProxies), defaults.TrustedProxies, text => Networks(text) is not null, "networks such as 10.0.0.0/8 or addresses such as ::1, with commas between"),
            section.Text(nameof(Name), defaults.Name),
            section.Text(nameof(Description), defaults.Description),
            section.Text(nameof(Contact), defaults.Contact),
            section.Text(nameof(OwnerKeyFile), defaults.OwnerKeyFile, path => path.Length > 0 && !path.Contains("nsec1", StringComparison.OrdinalIgnoreCase), "the path of a file, not a key"));
    }

    /// <summary>The trusted networks; null when one is none.</summary>
    public static IReadOnlyList<IPNetwork>? Networks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(entry, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks;
    }

    private static bool IsAuthority(string text) =>
        text.Length == 0
        || (Uri.TryCreate("http://" + text, UriKind.Absolute, out var url) && url.PathAndQuery == "/" && url.UserInfo.Length == 0 && !text.AsSpan().ContainsAny("/?#"));

    private static bool IsPath(string text) =>
        text.StartsWith('/')
        && !text.Contains("//", StringComparison.Ordinal)
        && text.Split('/').All(part => part is not ("." or "..") && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~'));
}
