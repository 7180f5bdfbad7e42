using System.Diagnostics.CodeAnalysis;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What a path below `/&lt;npub&gt;/&lt;identifier&gt;.git` asks for.</summary>
public enum RepositoryResource
{
    /// <summary>The repository's page, for browsers (R4).</summary>
    Page,

    /// <summary>`/info/refs`.</summary>
    InfoRefs,

    /// <summary>`/git-upload-pack`.</summary>
    UploadPack,

    /// <summary>`/git-receive-pack`.</summary>
    ReceivePack,
}

/// <summary>A path of the git half, read from the request's own spelling so that it is percent-decoded exactly once (R1).</summary>
public sealed record RepositoryRoute(RepositoryAddress Address, RepositoryResource Resource)
{
    private const string Suffix = ".git";

    /// <summary>Reads a raw request target such as `/npub1…/name.git/info/refs?service=…`; false for every other path.</summary>
    public static bool TryParse(string rawTarget, string basePath, [NotNullWhen(true)] out RepositoryRoute? route)
    {
        route = null;
        var path = PathOf(rawTarget);
        var root = basePath.TrimEnd('/') + "/";
        if (!path.StartsWith(root, StringComparison.Ordinal))
        {
            return false;
        }

        var segments = path[root.Length..].Split('/');
        if (segments.Length < 2 || !PublicKey.TryParseNpub(segments[0], out var owner) || ResourceOf(segments.AsSpan(2)) is not { } resource)
        {
            return false;
        }

        var name = Uri.UnescapeDataString(segments[1]);
        if (!name.EndsWith(Suffix, StringComparison.Ordinal) || name.Length == Suffix.Length)
        {
            return false;
        }

        route = new RepositoryRoute(new RepositoryAddress(owner, name[..^Suffix.Length]), resource);
        return true;
    }

    private static RepositoryResource? ResourceOf(ReadOnlySpan<string> rest) => rest switch
    {
        [] or [""] => RepositoryResource.Page,
        ["info", "refs"] => RepositoryResource.InfoRefs,
        ["git-upload-pack"] => RepositoryResource.UploadPack,
        ["git-receive-pack"] => RepositoryResource.ReceivePack,
        _ => null,
    };

    private static string PathOf(string rawTarget)
    {
        // RFC 9112, 3.2.2: a proxy may send the absolute form.
        var start = rawTarget.StartsWith('/') ? 0
            : rawTarget.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? rawTarget.IndexOf('/', scheme + 3)
            : -1;
        if (start < 0)
        {
            return "";
        }

        var end = rawTarget.AsSpan(start).IndexOfAny('?', '#');
        return end < 0 ? rawTarget[start..] : rawTarget.Substring(start, end);
    }
}
