using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace GitNostrBridge.Git;

/// <summary>
/// A pack as git writes it, read in fewer and larger pieces: git writes 8 KiB at a time, and to wake up for each costs more than to move it.
/// So git's pipe is made wider, and a reader who is faster than git lets it fill for a moment. The first pieces come at once.
/// </summary>
internal sealed partial class GatheredOutput : Stream
{
    private const int PipeBytes = 1 << 20;

    private const int FewBytes = 64 * 1024;

    // What comes before is small talk, or a small answer.
    private const long GatherAfter = 256 * 1024;

    private const int SetPipeSize = 1031;

    // Real time, whatever clock the program goes by: it is the pipe that must not run full, at 500 MB a second.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly Stream _output;
    private long _read;
    private bool _wasFew;

    private GatheredOutput(Stream output) => _output = output;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Wraps git's output, which stays its owner's; gives it back as it is where its pipe cannot be made wider.</summary>
    public static Stream Over(Stream output) =>
        OperatingSystem.IsLinux() && output is PipeStream pipe && Control((int)pipe.SafePipeHandle.DangerousGetHandle(), SetPipeSize, PipeBytes) >= PipeBytes
            ? new GatheredOutput(output)
            : output;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_wasFew && _read > GatherAfter)
        {
            await Task.Delay(Moment, cancellationToken);
        }

        var count = await _output.ReadAsync(buffer, cancellationToken);
        _read += count;
        _wasFew = count < Math.Min(FewBytes, buffer.Length);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
