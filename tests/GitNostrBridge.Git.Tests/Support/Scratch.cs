using System.Diagnostics;
using System.Text;

namespace GitNostrBridge.Git.Tests;

/// <summary>A temporary folder with hosted repositories, a user's clone of none, and the real git to act on both.</summary>
internal sealed class Scratch : IDisposable
{
    public const string Owner = "npub1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";

    public Scratch()
    {
        Folder = Directory.CreateTempSubdirectory("gitnostrbridge-test-").FullName;
        Git = GitProcess.ForServer(Path.Combine(Folder, "home"));
        Repositories = new BareRepositories(Path.Combine(Folder, "git"), Git);
        Work = Path.Combine(Folder, "work");
        Directory.CreateDirectory(Work);
        Run("init", "--quiet", "--initial-branch=main");
    }

    public string Folder { get; }

    public string Work { get; }

    public GitProcess Git { get; }

    public BareRepositories Repositories { get; }

    public static Oid Id(string hex) => Oid.TryParse(hex, out var oid) ? oid : throw new FormatException(hex);

    public static RefName Ref(string name) => RefName.TryParse(name, out var parsed) ? parsed : throw new FormatException(name);

    public Task<BareRepository> HostAsync(string identifier = "project") => Repositories.EnsureAsync(Owner, identifier, CancellationToken.None);

    /// <summary>A new commit on the work tree's branch.</summary>
    public Oid Commit(string content)
    {
        File.WriteAllText(Path.Combine(Work, "file.txt"), content);
        Run("add", "file.txt");
        Run("commit", "--quiet", "--message", content.Length > 20 ? "long" : content);
        return Id(Run("rev-parse", "HEAD"));
    }

    /// <summary>Puts a commit and all that it needs into a hosted repository, past the fence.</summary>
    public void Seed(BareRepository repository, Oid commit, string name)
    {
        Run("--git-dir", repository.Path, "fetch", "--quiet", Work, commit.Hex);
        Run("--git-dir", repository.Path, "update-ref", name, commit.Hex);
        File.Delete(Path.Combine(repository.Path, "FETCH_HEAD"));
    }

    public string Run(params string[] arguments)
    {
        var (code, output, errors) = TryRun(arguments);
        return code == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors}");
    }

    public (int Code, string Output, string Errors) TryRun(params string[] arguments)
    {
        var (code, output, errors) = Bytes([], arguments);
        return (code, Encoding.UTF8.GetString(output), errors);
    }

    public (int Code, byte[] Output, string Errors) Bytes(byte[] input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["GIT_CONFIG_GLOBAL"] = "/dev/null",
                ["GIT_CONFIG_NOSYSTEM"] = "1",
                ["GIT_AUTHOR_NAME"] = "A",
                ["GIT_AUTHOR_EMAIL"] = "a@example.com",
                ["GIT_COMMITTER_NAME"] = "A",
                ["GIT_COMMITTER_EMAIL"] = "a@example.com",
            },
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var feeding = Task.Run(() =>
        {
            using var stdin = process.StandardInput.BaseStream;
            stdin.Write(input);
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        feeding.Wait();
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), errors.Result);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
