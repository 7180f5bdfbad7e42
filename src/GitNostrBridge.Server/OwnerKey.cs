using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>
/// Finds the relay's own key: systemd's credential `relay_owner_nsec`, else the variable NGIT_RELAY_OWNER_NSEC, else a file. An empty or broken
/// one is never passed over: the server would have a new identity, which nobody trusts.
/// </summary>
public static class OwnerKey
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "NGIT_RELAY_OWNER_NSEC";

    private const string Credential = "relay_owner_nsec";

    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>Looks for the key; makes nothing.</summary>
    public static OwnerKeyOutcome Find(IReadOnlyDictionary<string, string> environment, string file)
    {
        if (environment.TryGetValue(CredentialsVariable, out var folder) && Path.Combine(folder, Credential) is var credential && File.Exists(credential))
        {
            return Parse(File.ReadAllText(credential), $"the credential {Credential}", "systemd credential");
        }

        if (environment.TryGetValue(Variable, out var text))
        {
            return Parse(text, Variable, Variable);
        }

        return KeyFile.Find(file) switch
        {
            KeyFileContent.Key when KeyFile.WhyNotPrivate(file) is { } problem => new OwnerKeyOutcome.Unusable(problem),
            KeyFileContent.Key key => new OwnerKeyOutcome.Found(key.SecretKey, file),
            KeyFileContent.Unusable unusable => new OwnerKeyOutcome.Unusable(unusable.Problem),
            _ => new OwnerKeyOutcome.Absent(),
        };
    }

    private static OwnerKeyOutcome Parse(string text, string what, string origin) => SecretKey.TryParse(text.Trim(), out var key)
        ? new OwnerKeyOutcome.Found(key, origin)
        : new OwnerKeyOutcome.Unusable($"{what} {(string.IsNullOrWhiteSpace(text) ? "is empty" : "holds no secret key")}; expected `nsec1…` or 64 hex digits. Set it right, or remove it to use the file of Grasp:OwnerKeyFile");
}

/// <summary>What was found of the relay's own key.</summary>
public abstract record OwnerKeyOutcome
{
    private OwnerKeyOutcome()
    {
    }

    /// <summary>The key, and where it comes from.</summary>
    public sealed record Found(SecretKey Key, string Origin) : OwnerKeyOutcome;

    /// <summary>Nobody has given one: the file is made on first start.</summary>
    public sealed record Absent : OwnerKeyOutcome;

    /// <summary>The server must not start.</summary>
    public sealed record Unusable(string Problem) : OwnerKeyOutcome;
}
