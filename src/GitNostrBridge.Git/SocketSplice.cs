using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GitNostrBridge.Git;

/// <summary>What is written to a socket by the kernel's own means: bytes of a pipe (splice(2)), and bytes that are known not to be the last (MSG_MORE). Of Linux.</summary>
internal readonly ref partial struct SocketSplice(SafeSocketHandle socket, Func<bool> mayWait)
{
    private const int More = 0x8000; // MSG_MORE
    private const int NeverWait = 0x4040; // MSG_DONTWAIT, MSG_NOSIGNAL
    private const uint MovePages = 5; // SPLICE_F_MOVE, SPLICE_F_MORE
    private const int InterruptedError = 4;
    private const int TryAgainError = 11;
    private const int LookMilliseconds = 200;

    /// <summary>Writes bytes; false when the socket is broken or the waiting was given up.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes, bool isMoreToCome)
    {
        while (!bytes.IsEmpty)
        {
            var sent = Send(socket, bytes, (nuint)bytes.Length, NeverWait | (isMoreToCome ? More : 0));
            if (sent >= 0)
            {
                bytes = bytes[(int)sent..];
            }
            else if (!MayGoOn())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves bytes that lie in a pipe; false likewise, or when the pipe has no more.</summary>
    public bool TryMove(SafePipeHandle pipe, int count)
    {
        while (count > 0)
        {
            var moved = Splice(pipe, 0, socket, 0, (nuint)count, MovePages);
            if (moved > 0)
            {
                count -= (int)moved;
            }
            else if (moved == 0 || !MayGoOn())
            {
                return false;
            }
        }

        return true;
    }

    private bool MayGoOn() => Marshal.GetLastPInvokeError() switch
    {
        InterruptedError => true,
        TryAgainError => CanWriteAgain(),
        _ => false,
    };

    private bool CanWriteAgain()
    {
        while (mayWait())
        {
            if (Poll.WaitWritable(socket, LookMilliseconds))
            {
                return true;
            }
        }

        return false;
    }

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    private static partial nint Splice(SafePipeHandle from, nint fromOffset, SafeSocketHandle to, nint toOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);
}
