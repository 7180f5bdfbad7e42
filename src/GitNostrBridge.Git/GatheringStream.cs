using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GitNostrBridge.Git;

/// <summary>
/// A pack as git writes it, read in few, large pieces. git writes 8 KiB at a time and a header of its own before each; a reader who is woken for
/// every one of them, as the platform's asynchronous reads are even between two reads, costs more than the bytes. So a thread reads, git's pipe
/// is made wider, and a reader who is faster than git lets it fill for some moments. The first pieces come at once. What is in the pipe can also be moved
/// to a socket, past this process, between two reads.
/// </summary>
public sealed partial class GatheringStream : ReadOnlyStream
{
    private const int PipeBytes = 1 << 20;

    // What comes before is small talk, or a small answer.
    private const long GatherAfter = 64 * 1024;

    // Less than this in the pipe is not worth to be fetched yet.
    private const int WorthFetching = 256 * 1024;

    // Of Linux: F_SETPIPE_SZ, FIONREAD and EINTR.
    private const int SetPipeSize = 1031;
    private const int BytesWaiting = 0x541B;
    private const int InterruptedError = 4;

    // Real time, whatever clock the program goes by: it is the pipe that must not run full, at 500 MB a second.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    // A git that shares its processor with others is not at work in every moment.
    private const int MostMoments = 10;

    private readonly SafePipeHandle _pipe;
    private long _read;
    private bool _hasGathered;

    private GatheringStream(SafePipeHandle pipe) => _pipe = pipe;

    /// <summary>
    /// Has git's output read to its end on a thread of its own, as long as the reader stays on it: reads block. A git that is stopped ends them.
    /// Where git's pipe cannot be made wider, it is read as it is.
    /// </summary>
    public static Task ReadAsync(Stream output, Func<Stream, Task> reader) =>
        OperatingSystem.IsLinux() && output is PipeStream { SafePipeHandle: var pipe } && Control(pipe, SetPipeSize, PipeBytes) >= PipeBytes
            ? Task.Factory.StartNew(() => reader(new GatheringStream(pipe)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
            : reader(output);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        Gather();
        var count = ReadPipe(buffer);
        Took(count);
        return count;
    }

    /// <summary>In a long answer, gives git some moments to write more where little lies in its pipe, but once between two reads.</summary>
    /// <returns>How many bytes lie there.</returns>
    public int Gather()
    {
        var waiting = Waiting();
        if (_read <= GatherAfter || _hasGathered)
        {
            return waiting;
        }

        for (var moment = 0; waiting < WorthFetching && moment < MostMoments && !Poll.IsHungUp(_pipe); moment++)
        {
            Thread.Sleep(Moment);
            waiting = Waiting();
        }

        _hasGathered = true;
        return waiting;
    }

    /// <summary>Moves what lies in the pipe to a socket, at the pace of who reads there.</summary>
    /// <param name="socket">A stream socket that nobody else writes to meanwhile.</param>
    /// <param name="before">Written to the socket before it.</param>
    /// <param name="count">How many bytes; no more than lie in the pipe.</param>
    /// <param name="after">Written to the socket after it.</param>
    /// <param name="mayWait">Asked several times a second whether to wait longer for the socket to take more.</param>
    /// <returns>False when the socket is broken or the waiting was given up: nothing more can be written to it that makes sense.</returns>
    public bool TryMove(SafeSocketHandle socket, ReadOnlySpan<byte> before, int count, ReadOnlySpan<byte> after, Func<bool> mayWait)
    {
        Took(count);
        try
        {
            var splice = new SocketSplice(socket, mayWait);
            return splice.TrySend(before, isMoreToCome: true) && splice.TryMove(_pipe, count) && splice.TrySend(after, isMoreToCome: false);
        }
        catch (ObjectDisposedException)
        {
            return false; // its owner has closed it meanwhile
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    private void Took(int count)
    {
        _read += count;
        _hasGathered = false;
    }

    private int Waiting() => Control(_pipe, BytesWaiting, out var waiting) == 0 ? waiting : 0;

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

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafePipeHandle pipe, nuint request, out int answer);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafePipeHandle pipe, Span<byte> buffer, nuint length);
}
