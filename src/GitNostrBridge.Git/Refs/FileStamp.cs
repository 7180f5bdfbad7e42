using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// What tells one state of a file or folder from the next: its times, size, inode and kind, of the name itself and not of what a link points to.
/// The one door to `statx`, which .NET's own look at a file hides the inode and the change time of.
/// </summary>
/// <param name="Modified">When its content last changed, in nanoseconds since 1970.</param>
/// <param name="Changed">When anything of it last changed, likewise.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Inode">Its number in the file system.</param>
/// <param name="Mode">Kind and permissions.</param>
internal readonly partial record struct FileStamp(long Modified, long Changed, long Size, ulong Inode, ushort Mode)
{
    // File systems keep times to the kernel's tick, which is 10 ms at most; old ones to one or two seconds.
    private const long Tick = 20_000_000;
    private const long CoarseTick = 2_000_000_000;
    private const long Second = 1_000_000_000;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint Wanted = 0x3C3; // kind, mode, both times, inode, size
    private const int NoSuchFile = 2;
    private const int NotAFolder = 20;

    /// <summary>Of no state of any file: whatever is compared with it has changed.</summary>
    public static readonly FileStamp Never = new(0, 0, 0, ulong.MaxValue, 0);

    /// <summary>Whether this system can say.</summary>
    public static bool IsSupported { get; } = Try();

    /// <summary>Whether there was anything.</summary>
    public bool Exists => Mode != 0;

    /// <summary>Whether it was an ordinary file.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Whether it was a folder.</summary>
    public bool IsFolder => (Mode & 0xF000) == 0x4000;

    /// <summary>A path in the form that <see cref="Of"/> takes.</summary>
    public static byte[] PathBytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>Looks; default when there is nothing.</summary>
    /// <exception cref="IOException">It could not be looked at.</exception>
    public static unsafe FileStamp Of(byte[] path)
    {
        StatX found;
        fixed (byte* name = path)
        {
            if (StatXCall(CurrentFolder, name, NoFollow, Wanted, &found) == 0)
            {
                return new FileStamp(found.ModifiedSeconds * Second + found.ModifiedNanoseconds, found.ChangedSeconds * Second + found.ChangedNanoseconds, found.Size, found.Inode, found.Mode);
            }
        }

        return Marshal.GetLastPInvokeError() is NoSuchFile or NotAFolder ? default : throw new IOException($"a file of a repository cannot be looked at: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>
    /// Whether another change would show: one that comes within the same tick of the file system's clock leaves times, and by chance size
    /// and inode, as they are. So a look is not relied on that was taken no later than the tick in which the file changed (as in git's index).
    /// </summary>
    /// <param name="looked">When it was looked at, in nanoseconds since 1970.</param>
    public bool IsSettledAt(long looked)
    {
        var isCoarse = Modified % Second == 0 && Changed % Second == 0;
        return Math.Max(Modified, Changed) + (isCoarse ? CoarseTick : Tick) < looked;
    }

    /// <summary>Now by the clock that the kernel stamps files with: no other clock would do.</summary>
    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private static bool Try()
    {
        try
        {
            return OperatingSystem.IsLinux() && Of(PathBytes("/")).IsFolder;
        }
        catch (Exception failure) when (failure is EntryPointNotFoundException or DllNotFoundException or IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe partial int StatXCall(int folder, byte* path, int flags, uint mask, StatX* result);

    // The same on every processor (statx(2)).
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(28)]
        public ushort Mode;
        [FieldOffset(32)]
        public ulong Inode;
        [FieldOffset(40)]
        public long Size;
        [FieldOffset(96)]
        public long ChangedSeconds;
        [FieldOffset(104)]
        public uint ChangedNanoseconds;
        [FieldOffset(112)]
        public long ModifiedSeconds;
        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
