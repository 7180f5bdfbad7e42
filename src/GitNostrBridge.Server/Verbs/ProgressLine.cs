using System.Globalization;

namespace GitNostrBridge.Server;

/// <summary>Tells how far long work has come: one line that is written over on a terminal, else a line now and then, none when it is soon done.</summary>
/// <param name="output">stderr: stdout is for results.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider time) : IDisposable
{
    private const int Width = 24;

    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private long _last = time.GetTimestamp();

    private bool _isShown;

    /// <summary>For stderr as it is now.</summary>
    public static ProgressLine OnErrors() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>Says what is being done; of how many things, how many are done. Without a total of its own, give 0.</summary>
    public void Show(string what, long done, long total)
    {
        if (time.GetElapsedTime(_last) < (isTerminal ? OnTerminal : Elsewhere))
        {
            return;
        }

        _last = time.GetTimestamp();
        var line = total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{what} {Bar(done, total)} {done} of {total}")
            : string.Create(CultureInfo.InvariantCulture, $"{what} {done}");
        if (isTerminal)
        {
            output.Write($"\r{line}\e[K");
            _isShown = true;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Clears the line, so that the result begins at its start.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            output.Write("\r\e[K");
        }
    }

    private static string Bar(long done, long total)
    {
        var filled = (int)(Width * Math.Min(done, total) / total);
        return $"[{new string('#', filled)}{new string('.', Width - filled)}]";
    }
}
