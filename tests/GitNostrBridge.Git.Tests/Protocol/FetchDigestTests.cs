using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class FetchDigestTests
{
    private const string One = "1111111111111111111111111111111111111111";
    private const string Two = "2222222222222222222222222222222222222222";

    private static readonly string?[] Plain = ["command=fetch", "agent=git/2.39.5", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", "done\n", ""];

    [Fact]
    public void Version_2_without_the_clients_name_and_the_order_of_wants_is_the_same()
    {
        Same(
            Plain,
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}", $"want {Two}", "done", ""],
            ["command=fetch\n", "agent=other", "session-id=7", "object-format=sha1", null, "ofs-delta", $"want {Two}\n", $"want {One}\n", $"want {Two}\n", "done\n", ""]);
    }

    [Fact]
    public void Version_0_without_the_clients_name_and_the_order_of_wants_is_the_same()
    {
        Same(
            [$"want {One} ofs-delta side-band-64k agent=git/2.39.5", $"want {Two}", "", "done"],
            [$"want {Two} ofs-delta side-band-64k session-id=1\n", $"want {One}\n", "", "done\n"],
            [$"want {Two} agent=x ofs-delta side-band-64k", $"want {One}", $"want {One}", "", "done"]);
    }

    [Fact]
    public void Everything_else_makes_a_difference()
    {
        string?[][] requests =
        [
            Plain,
            ["command=fetch", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, $"want {One}\n", $"want {Two}\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"have {Two}\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"shallow {Two}\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", "deepen 1\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", "deepen 11\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", null, "ofs-delta", $"want {One}\n", $"want {Two}\n", "filter blob:none\n", "done\n", ""],
            ["command=fetch", "object-format=sha1", "ofs-delta", null, $"want {One}\n", $"want {Two}\n", "done\n", ""],
            [$"want {One} ofs-delta", $"want {Two}", "", "done"],
            [$"want {One} ofs-delta thin-pack", $"want {Two}", "", "done"],
            [$"want {One} ofs-delta", "", "done"],
            [$"want {One} ofs-delta", $"want {Two}", ""],
            [$"want {One} ofs-delta", $"want {Two}", "deepen 1", "", "done"],
            [$"want {One} ofs-delta", "", $"have {Two}", "done"],
        ];
        Assert.Equal(requests.Length, requests.Select(request => FetchDigest.Of(Bytes(request))).Where(digest => digest is not null).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("0014command=ls-refs\n0000")]
    [InlineData("0011command=fetch00")]
    [InlineData("0011command=fetchzzzz")]
    [InlineData("0003")]
    public void What_is_no_fetch_has_none(string request) => Assert.Null(FetchDigest.Of(Encoding.ASCII.GetBytes(request)));

    private static void Same(params string?[][] requests) => Assert.NotNull(Assert.Single(requests.Select(request => FetchDigest.Of(Bytes(request))).Distinct()));

    // Null stands for a delimiter, an empty line for a flush.
    private static byte[] Bytes(string?[] lines)
    {
        var request = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            if (line is null)
            {
                request.Write("0001"u8);
            }
            else if (line.Length == 0)
            {
                PktLine.WriteFlush(request);
            }
            else
            {
                PktLine.Write(request, Encoding.ASCII.GetBytes(line));
            }
        }

        return request.WrittenSpan.ToArray();
    }
}
