using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>A history of text files in folders that are written and changed line by line: the same each time, about nine objects a commit.</summary>
internal static class SampleHistory
{
    private const int Seed = 7;

    /// <summary>Writes it into an empty repository's branch main.</summary>
    public static async Task ImportAsync(string repository, int commits)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["fast-import", "--quiet"]) { WorkingDirectory = repository, RedirectStandardInput = true })!;
        await using (var input = new BufferedStream(git.StandardInput.BaseStream, 1 << 20))
        {
            Write(input, commits);
        }

        await git.WaitForExitAsync();
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"git fast-import ended with {git.ExitCode}");
        }
    }

    private static void Write(Stream output, int commits)
    {
        var random = new Random(Seed);
        var words = Enumerable.Range(0, 4_000).Select(_ => new string([.. Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)('a' + random.Next(26)))])).ToArray();
        var files = new List<(string Path, List<string> Lines)>();
        for (var commit = 0; commit < commits; commit++)
        {
            Text(output, string.Create(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter A <a@example.invalid> {1_500_000_000 + (commit * 600)} +0000\n"));
            Blob(output, $"Change {commit}\n");
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                if (files.Count < 40 || random.Next(5) == 0)
                {
                    files.Add(($"src/part-{random.Next(30)}/room-{random.Next(20)}/file-{files.Count}.txt", [.. Enumerable.Range(0, random.Next(20, 200)).Select(_ => Line(random, words))]));
                    Put(output, files[^1]);
                }
                else
                {
                    var file = files[random.Next(files.Count)];
                    for (var edits = random.Next(1, 8); edits > 0; edits--)
                    {
                        file.Lines[random.Next(file.Lines.Count)] = Line(random, words);
                    }

                    Put(output, file);
                }
            }
        }
    }

    private static string Line(Random random, string[] words) => string.Join(' ', Enumerable.Range(0, random.Next(4, 12)).Select(_ => words[random.Next(words.Length)]));

    private static void Put(Stream output, (string Path, List<string> Lines) file)
    {
        Text(output, $"M 100644 inline {file.Path}\n");
        Blob(output, string.Join('\n', file.Lines) + "\n");
    }

    private static void Blob(Stream output, string content) => Text(output, $"data {Encoding.UTF8.GetByteCount(content)}\n{content}\n");

    private static void Text(Stream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
