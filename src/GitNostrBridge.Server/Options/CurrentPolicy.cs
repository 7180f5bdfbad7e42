using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>The operator's lists as they are now.</summary>
public sealed class CurrentPolicy(PolicyOptions options)
{
    private volatile AdmissionPolicy _current = options.ToPolicy();

    /// <summary>The lists.</summary>
    public AdmissionPolicy Read() => _current;

    /// <summary>From now on others count.</summary>
    public void Replace(PolicyOptions changed) => _current = changed.ToPolicy();
}
