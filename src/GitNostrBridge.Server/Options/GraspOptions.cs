using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>Section `Grasp`: who this server is.</summary>
/// <param name="Domain">Public authority (host, and port unless it is the scheme's own) that announcements must name; default: the authority of the first URL listened on.</param>
/// <param name="BasePath">Everything lives below this path.</param>
/// <param name="MaintainerModel">`reciprocal` (R14) or `listed`, the older reading.</param>
/// <param name="Name">NIP-11 name.</param>
/// <param name="Description">NIP-11 description.</param>
/// <param name="Contact">NIP-11 contact, or empty.</param>
/// <param name="OwnerKeyFile">Where the relay's own secret key is kept (nsec or hex); made on first start, mode 0600.</param>
public sealed record GraspOptions(
    string Domain = "",
    string BasePath = "/",
    MaintainerModel MaintainerModel = MaintainerModel.Reciprocal,
    string Name = "GitNostrBridge",
    string Description = "Git repositories whose pushes are authorised by signed Nostr events",
    string Contact = "",
    string OwnerKeyFile = "data/relay-owner.nsec");
