namespace GitNostrBridge.Benchmarks;

/// <summary>
/// The machine's CPU time since a beginning, without what this process and its finished children have taken: the load's own. fcgiwrap never waits for its
/// children, so nothing in /proc adds up what they have taken; on a quiet machine this does, for both servers alike and with the kernel's share of the network.
/// </summary>
internal sealed class CpuClock
{
    private readonly double _machine = ProcessTree.MachineBusySeconds();

    private readonly double _own = ProcessTree.CpuSeconds(Environment.ProcessId);

    /// <summary>CPU seconds of everything else up to now.</summary>
    public double Seconds() =>
        Math.Max(0, ProcessTree.MachineBusySeconds() - _machine - (ProcessTree.CpuSeconds(Environment.ProcessId) - _own));

    /// <summary>How busy the machine is with other things, while this process waits a second: 0 to 1.</summary>
    public static async Task<double> BackgroundAsync()
    {
        var clock = new CpuClock();
        await Task.Delay(TimeSpan.FromSeconds(1));
        return clock.Seconds() / Environment.ProcessorCount;
    }
}
