using System.Collections.Concurrent;
using System.Diagnostics;

namespace GitNostrBridge.TestKit;

/// <summary>The servers that tests have started as processes: none outlives the tests, whatever becomes of who should have ended it.</summary>
internal static class Children
{
    private static readonly ConcurrentDictionary<int, Process> Running = [];

    static Children() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Values)
        {
            End(process);
        }
    };

    /// <summary>Starts one.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        Running[process.Id] = process;
        return process;
    }

    /// <summary>Ends one at once, if it still runs, and lets go of it.</summary>
    public static void End(Process process)
    {
        Running.TryRemove(process.Id, out _);
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
