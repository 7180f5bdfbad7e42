namespace GitNostrBridge.Server.Tests;

/// <summary>Which parts of the executable a quiet server takes out of its memory.</summary>
public sealed class ExecutablePagesTests
{
    private const string Smaps = """
        55d0c0000000-55d0c0030000 r--p 00000000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Size:                192 kB
        Rss:                 188 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me sd
        55d0c0030000-55d0c0c1c000 r-xp 00030000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Size:              12208 kB
        Anonymous:             0 kB
        55d0c0c1c000-55d0c178c000 r--p 00c1c000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Anonymous:             0 kB
        55d0c178c000-55d0c178e000 r--p 0178b000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Anonymous:            12 kB
        55d0c178e000-55d0c17f1000 rw-p 0178d000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Anonymous:             0 kB
        55d0c17f1000-55d0c1ef1000 rw-p 00000000 00:00 0
        Anonymous:          6996 kB
        7f0000000000-7f0000030000 r--p 00000000 fe:00 1665914                    /opt/git bridge/gitnostrbridge
        Anonymous:             0 kB
        7f0000030000-7f0000040000 r-xp 00000000 fe:00 1234567                    /lib/libc.so.6
        Anonymous:             0 kB
        """;

    [Fact]
    public void They_are_those_that_hold_only_what_the_file_has() => Assert.Equal(
        ["55d0c0000000 30000", "55d0c0030000 bec000", "55d0c0c1c000 b70000"], OnlyRead(Smaps.Split('\n'), "/opt/git bridge/gitnostrbridge"));

    [Fact]
    public void Of_a_file_that_is_not_mapped_there_are_none() => Assert.Empty(OnlyRead(Smaps.Split('\n'), "/opt/gitnostrbridge"));

    [Fact]
    public void This_process_goes_on_without_them()
    {
        var before = OfThisProcess();
        Assert.NotEmpty(before);
        ExecutablePages.Release();
        Assert.Equal(before, OfThisProcess());
    }

    private static string[] OfThisProcess() => OnlyRead(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath!);

    private static string[] OnlyRead(IEnumerable<string> smaps, string file) =>
        [.. ExecutablePages.OnlyRead(smaps, file).Select(range => $"{range.Start:x} {range.Length:x}")];
}
