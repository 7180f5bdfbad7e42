using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>A history that a seed determines: the same commits, with the same ids, on every machine.</summary>
internal static class GeneratedHistory
{
    /// <summary>About five objects come of each commit.</summary>
    public const int Commits = 5_000;

    private const int Seed = 20_260_925;

    private const int Folders = 20;

    private const int FilesPerFolder = 25;

    private static readonly string[] Words =
        [.. Enumerable.Range(0, 2_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"{(number * 7_919) ^ 0x5a5a:x}word"))];

    /// <summary>Makes a bare repository of <see cref="Commits"/> commits on main, with branches along it, tidied as git's own maintenance would.</summary>
    public static async Task<string> MakeAsync(TestFolder folder, TestGit git, string name, int branches, int commits = Commits)
    {
        var path = folder.Sub(name);
        await git.OkAsync(folder.Path, "init", "--quiet", "--bare", path);
        using var import = Process.Start(new ProcessStartInfo("git", ["-C", path, "fast-import", "--quiet"]) { RedirectStandardInput = true })!;
        await using (var input = import.StandardInput.BaseStream)
        {
            await WriteAsync(input, branches, commits);
        }

        await import.WaitForExitAsync();
        if (import.ExitCode != 0)
        {
            throw new InvalidOperationException($"git fast-import ended with {import.ExitCode}");
        }

        await TidyAsync(git, path);
        return path;
    }

    /// <summary>One pack under a bitmap, a commit graph, packed refs: what both servers find at their best.</summary>
    public static async Task TidyAsync(TestGit git, string path)
    {
        await git.OkAsync(path, "-c", "pack.threads=1", "repack", "-a", "-d", "-q", "--write-bitmap-index");
        await git.OkAsync(path, "pack-refs", "--all");
        await git.OkAsync(path, "commit-graph", "write", "--reachable");
    }

    private static async Task WriteAsync(Stream input, int branches, int commits)
    {
#pragma warning disable CA5394 // It has to be the same every time; nothing is kept secret by it.
        var random = new Random(Seed);
        var files = new string[Folders * FilesPerFolder];
        for (var commit = 1; commit <= commits; commit++)
        {
            var text = new StringBuilder();
            var message = $"Change {commit}\n";
            text.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\nmark :{commit}\n");
            text.Append(CultureInfo.InvariantCulture, $"committer Seed <seed@example.invalid> {1_700_000_000 + (commit * 60)} +0000\ndata {message.Length}\n{message}");
            for (var change = 0; change < 2; change++)
            {
                var file = random.Next(files.Length);
                files[file] = Edit(files[file], random);
                text.Append(CultureInfo.InvariantCulture, $"M 100644 inline folder-{file % Folders}/file-{file / Folders}.txt\ndata {files[file].Length}\n{files[file]}\n");
            }

            await input.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()));
        }

        for (var branch = 1; branch < branches; branch++)
        {
            var mark = commits - (branch % (commits / 2));
            await input.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"reset refs/heads/topic/{branch:d5}\nfrom :{mark}\n\n")));
        }
    }

    private static string Edit(string? text, Random random)
    {
        var lines = text?.Split('\n').ToList() ?? [];
        for (var line = 0; line < (text is null ? 40 : 3); line++)
        {
            lines.Insert(random.Next(lines.Count + 1), string.Join(' ', Enumerable.Range(0, 6).Select(_ => Words[random.Next(Words.Length)])));
        }

        return string.Join('\n', lines.Count > 120 ? lines[20..] : lines);
    }
#pragma warning restore CA5394
}
