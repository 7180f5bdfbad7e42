using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Server;

/// <summary>What an answer depends on. The settings and git itself do not count: they stay the same while the process lives, and no answer outlives it.</summary>
/// <param name="Repository">The repository's path.</param>
/// <param name="Refs">The fingerprint of all its refs.</param>
/// <param name="Request">The digest of protocol version and request.</param>
public sealed record CloneKey(string Repository, string Refs, string Request)
{
    /// <summary>The key of one request.</summary>
    /// <param name="repository">The repository's path.</param>
    /// <param name="refs">The fingerprint of all its refs, taken before git is started.</param>
    /// <param name="gitProtocol">The Git-Protocol header, if any.</param>
    /// <param name="fetchDigest">What the request asks for.</param>
    public static CloneKey Of(string repository, string refs, string? gitProtocol, string fetchDigest) =>
        new(repository, refs, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{fetchDigest} {gitProtocol}"))));
}
