using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GitNostrBridge.Git;

/// <summary>
/// A pack as git writes it, read in few, large pieces. git writes 8 KiB at a time and a header of its own before each; a reader who is woken for
/// every one of them, as the platform's asynchronous reads are even between two reads, costs more than the bytes. So a thread reads, git's pipe
/// is made wider, and a reader who is faster than git lets it fill for a moment. The first pieces come at once.
/// </summary>
internal sealed partial class GatheredOutput : Stream
{
    private const int PipeBytes = 1 << 20;

    // What comes before is small talk, or a small answer.
    private const long GatherAfter = 256 * 1024;

    // Of Linux: F_SETPIPE_SZ and EINTR.
    private const int SetPipeSize = 1031;
    private const int InterruptedError = 4;

    // Real time, whatever clock the program goes by: it is the pipe that must not run full, at 500 MB a second.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly SafePipeHandle _pipe;
    private long _read;
    private bool _wasAll;

    private GatheredOutput(SafePipeHandle pipe) => _pipe = pipe;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Has git's output read to its end on a thread of its own, as long as the reader stays on it: reads block. A git that is stopped ends them.
    /// Where git's pipe cannot be made wider, it is read as it is.
    /// </summary>
    public static Task ReadAsync(Stream output, Func<Stream, Task> reader) =>
        OperatingSystem.IsLinux() && output is PipeStream { SafePipeHandle: var pipe } && Control(pipe, SetPipeSize, PipeBytes) >= PipeBytes
            ? Task.Factory.StartNew(() => reader(new GatheredOutput(pipe)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
            : reader(output);

    public override int Read(Span<byte> buffer)
    {
        if (_wasAll && _read > GatherAfter)
        {
            Thread.Sleep(Moment);
        }

        var count = ReadPipe(buffer);
        _read += count;
        _wasAll = count < buffer.Length;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadPipe(Span<byte> buffer)
    {
        nint count;
        while ((count = Read(_pipe, buffer, (nuint)buffer.Length)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != InterruptedError)
            {
                throw new IOException($"git's output cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        return (int)count;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafePipeHandle pipe, int command, int argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafePipeHandle pipe, Span<byte> buffer, nuint length);
}
