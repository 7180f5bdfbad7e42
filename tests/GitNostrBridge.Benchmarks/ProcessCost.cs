using System.Globalization;

namespace GitNostrBridge.Benchmarks;

/// <summary>What a process has cost so far, from /proc.</summary>
/// <param name="CpuSeconds">CPU seconds, with those of all its children that have ended.</param>
/// <param name="OwnCpuSeconds">Its own.</param>
internal sealed record ProcessCost(double CpuSeconds, double OwnCpuSeconds)
{
    // USER_HZ, which Linux has kept at 100 for all programs.
    private const double TicksPerSecond = 100;

    /// <summary>Of a process.</summary>
    public static ProcessCost Of(int process)
    {
        var ticks = Times(process);
        var own = (ticks[0] + ticks[1]) / TicksPerSecond;
        return new ProcessCost(own + ((ticks[2] + ticks[3]) / TicksPerSecond), own);
    }

    /// <summary>Of this process's children that have ended, and of theirs.</summary>
    public static ProcessCost OfChildren()
    {
        var all = Of(Environment.ProcessId);
        return new ProcessCost(all.CpuSeconds - all.OwnCpuSeconds, 0);
    }

    /// <summary>The most memory that a process has had, in megabytes.</summary>
    public static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    // proc(5): utime, stime, cutime, cstime are the fields 14 to 17; the second one is a name in brackets, which may hold blanks.
    private static long[] Times(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        return [.. text[(text.LastIndexOf(')') + 2)..].Split(' ')[11..15].Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
    }
}
