using System.Text;

namespace GitNostrBridge.Git;

/// <summary>What a process writes to stderr: read to the end, so that it never blocks, and kept up to a bound.</summary>
internal sealed class ErrorText
{
    private const int MaxBytes = 16 * 1024;

    private readonly byte[] _kept = new byte[MaxBytes];

    private int _length;

    /// <summary>Reads to the end of the stream.</summary>
    public async Task ReadAsync(Stream stderr, CancellationToken ct)
    {
        var beyond = new byte[4096];
        while (true)
        {
            var free = _kept.AsMemory(_length);
            var count = await stderr.ReadAsync(free.IsEmpty ? beyond : free, ct);
            if (count == 0)
            {
                return;
            }

            _length += free.IsEmpty ? 0 : count;
        }
    }

    /// <summary>The first 16 KiB on one line, without control characters.</summary>
    public override string ToString() => TerminalText.Clean(Encoding.UTF8.GetString(_kept, 0, _length), MaxBytes);
}
