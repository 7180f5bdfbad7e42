using System.Net;

namespace GitNostrBridge.Server;

/// <summary>Whether a connection to the outside may be made.</summary>
public abstract record EgressDecision
{
    private EgressDecision()
    {
    }

    /// <summary>It may, to these very addresses: the name must not be resolved again, for it may answer differently the second time.</summary>
    /// <param name="Url">The URL in its canonical form, its host in ASCII: what every program that connects is to be given.</param>
    /// <param name="Addresses">What the host stands for, at least one, each of them checked.</param>
    public sealed record Allowed(Uri Url, IReadOnlyList<IPAddress> Addresses) : EgressDecision;

    /// <summary>It may not.</summary>
    /// <param name="Reason">Why, for operators.</param>
    public sealed record Refused(string Reason) : EgressDecision;
}
