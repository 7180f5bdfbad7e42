using System.IO.Compression;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>Valid git requests, and random damage done to them.</summary>
internal sealed class Mutations(Random random, string owner, string main)
{
    private static readonly string[] Fragments =
        ["0000", "0001", "0002", "0003", "0004", "fff0", "ffff", "zzzz", "\0", "\n", " ", "PACK", "ERR ", "refs/heads/main", "refs/heads/../x", "ref: ", "\u001b[31m", "é"];

    /// <summary>One damaged request: its path below the repository, its body, and whether it says that it is zipped.</summary>
    public (string Path, byte[] Body, bool IsZipped) Next()
    {
        var isPush = random.Next(2) == 0;
        var body = Encoding.Latin1.GetBytes(isPush ? Push() : random.Next(2) == 0 ? Fetch() : Want());
        var isZipped = random.Next(4) == 0;
        body = isZipped && random.Next(2) == 0 ? Damage(Zip(body)) : isZipped ? Zip(Damage(body)) : Damage(body);
        return (isPush ? "git-receive-pack" : "git-upload-pack", body, isZipped);
    }

    private static string Line(string payload) => $"{payload.Length + 4:x4}{payload}";

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            zip.Write(body);
        }

        return zipped.ToArray();
    }

    private string Push()
    {
        var name = random.Next(4) == 0 ? $"refs/nostr/{owner}" : "refs/heads/main";
        var commands = Line($"{main} {new string("0123456789abcdef"[random.Next(16)], 40)} {name}\0 report-status side-band-64k agent=test");
        return commands + (random.Next(2) == 0 ? Line($"{new string('0', 40)} {main} refs/tags/v1") : "") + "0000PACK\0\0\0\u0002\0\0\0\u0001" + new string('x', random.Next(100));
    }

    private string Fetch() =>
        Line("command=fetch") + Line("object-format=sha1") + "0001" + Line("thin-pack") + Line($"want {main}\n") + Line($"have {new string('1', 40)}\n") + Line("done\n") + "0000";

    private string Want() => Line($"want {main} side-band-64k ofs-delta agent=test\n") + "0000" + Line("done\n");

    private byte[] Damage(byte[] body)
    {
        var damaged = body.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(damaged.Count + 1);
            var rest = damaged.Count - at;
            switch (random.Next(5))
            {
                case 0:
                    damaged.RemoveRange(at, rest);
                    break;
                case 1:
                    damaged.RemoveRange(at, Math.Min(rest, random.Next(1, 9)));
                    break;
                case 2:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]));
                    break;
                case 3 when rest > 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                default:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(rest, random.Next(1, 50))));
                    break;
            }
        }

        return [.. damaged];
    }
}
