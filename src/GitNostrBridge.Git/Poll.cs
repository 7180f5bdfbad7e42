using System.Runtime.InteropServices;

namespace GitNostrBridge.Git;

/// <summary>Asks Linux what a pipe or a socket is ready for (poll(2)).</summary>
internal static partial class Poll
{
    private const short Writable = 4; // POLLOUT
    private const short HungUp = 16; // POLLHUP

    /// <summary>Waits until a socket takes more, or is broken.</summary>
    public static bool WaitWritable(SafeHandle socket, int milliseconds) => Ask(socket, Writable, milliseconds) != 0;

    /// <summary>Whether all who could write to a pipe have closed it.</summary>
    public static bool IsHungUp(SafeHandle pipe) => (Ask(pipe, 0, 0) & HungUp) != 0;

    private static short Ask(SafeHandle file, short wanted, int milliseconds)
    {
        var isHeld = false;
        try
        {
            // Else another file could get its number while it is asked.
            file.DangerousAddRef(ref isHeld);
            var entry = new Entry((int)file.DangerousGetHandle(), wanted, 0);
            return Call(ref entry, 1, milliseconds) > 0 ? entry.Found : (short)0;
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Call(ref Entry entries, nuint count, int milliseconds);

    // As the kernel has it.
    private record struct Entry(int Descriptor, short Wanted, short Found);
}
