using System.Globalization;

namespace GitNostrBridge.Benchmarks;

/// <summary>Processes with all their descendants, as /proc shows them.</summary>
internal sealed class ProcessTree(params IReadOnlyList<int> roots)
{
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds of all that live and of all the children for which they have waited.</summary>
    public double CpuSeconds() => Living().Sum(CpuSeconds);

    /// <summary>Proportional set size of all that live, in bytes: memory that several share counts once.</summary>
    public long ProportionalBytes() => Living().Sum(process => Kilobytes($"/proc/{process}/smaps_rollup", "Pss:") * 1024);

    /// <summary>The greatest resident size that the roots themselves have had, in bytes.</summary>
    public long PeakResidentBytes() => roots.Sum(process => Kilobytes($"/proc/{process}/status", "VmHWM:") * 1024);

    /// <summary>The greatest proportional size while some work runs, looked at every few milliseconds.</summary>
    public async Task<long> PeakProportionalBytesAsync(Func<Task> work)
    {
        var peak = 0L;
        var running = work();
        do
        {
            peak = Math.Max(peak, ProportionalBytes());
        }
        while (await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(25))) != running);

        await running;
        return peak;
    }

    /// <summary>The CPU seconds of one process and of the children for which it has waited.</summary>
    public static double CpuSeconds(int process) => Stat(process) is { } stat ? stat[11..15].Sum(Number) / TicksPerSecond : 0;

    /// <summary>CPU seconds that the whole machine has been busy.</summary>
    public static double MachineBusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // user nice system idle iowait irq softirq steal
        return fields[1..9].Where((_, index) => index is not (3 or 4)).Sum(Number) / TicksPerSecond;
    }

    private HashSet<int> Living()
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Stat(id)))
            .Where(process => process.Stat is not null)
            .ToLookup(process => (int)Number(process.Stat![1]), process => process.Id);
        var found = new HashSet<int>();
        var open = new Queue<int>(roots);
        while (open.TryDequeue(out var process))
        {
            if (found.Add(process))
            {
                foreach (var child in parents[process])
                {
                    open.Enqueue(child);
                }
            }
        }

        return found;
    }

    // The fields from the third on: the second is a name in parentheses that may hold anything.
    private static string[]? Stat(int process)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{process}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static long Kilobytes(string file, string field)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(text => text.StartsWith(field, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended
        }
    }
}
