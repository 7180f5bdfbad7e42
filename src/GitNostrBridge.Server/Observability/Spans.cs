using System.Diagnostics;

namespace GitNostrBridge.Server;

/// <summary>What the server tells of its work as traces: nothing is made when nobody listens.</summary>
internal static class Spans
{
    /// <summary>The name under which they are found, which is the meter's too.</summary>
    public const string Source = "GitNostrBridge";

    private static readonly ActivitySource Activities = new(Source);

    /// <summary>Does a piece of the work that goes on here.</summary>
    public static async Task<T> InAsync<T>(string name, Func<Task<T>> work)
    {
        using var span = Activities.StartActivity(name);
        return await work().ConfigureAwait(false);
    }

    /// <summary>Begins a trace of its own: what a client's headers say of traces is not ours to obey, and what made the server ask another is long over.</summary>
    public static Activity? StartRoot(string name, ActivityKind kind = ActivityKind.Server)
    {
        if (!Activities.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        return Activities.StartActivity(name, kind);
    }
}
