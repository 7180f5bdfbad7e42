using System.Globalization;

namespace GitNostrBridge.TestKit;

/// <summary>A repository of a developer, with a work tree, that a test pushes from.</summary>
public sealed class WorkRepository
{
    private int _commits;

    private WorkRepository(TestGit git, string path) => (Git, Path) = (git, path);

    public TestGit Git { get; }

    public string Path { get; }

    /// <summary>An empty repository on branch main.</summary>
    public static async Task<WorkRepository> CreateAsync(TestFolder folder, string name = "work")
    {
        var git = new TestGit(folder.Sub($"home-{name}"));
        var path = Directory.CreateDirectory(folder.Sub(name)).FullName;
        await git.OkAsync(path, "init", "--quiet");
        return new WorkRepository(git, path);
    }

    /// <summary>Runs git here, which must succeed.</summary>
    public Task<string> OkAsync(params string[] arguments) => Git.OkAsync(Path, arguments);

    /// <summary>Runs git here.</summary>
    public Task<TestGitResult> RunAsync(params string[] arguments) => Git.RunAsync(Path, arguments);

    /// <summary>From now on the client asks for this version of git's protocol: 0, 1 or 2.</summary>
    public Task SpeakAsync(int version) => OkAsync("config", "--global", "protocol.version", version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a commit with one changed file on the current branch; gives its id.</summary>
    public async Task<string> CommitAsync(string content = "")
    {
        var number = Interlocked.Increment(ref _commits).ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, $"file-{number}.txt"), $"{number} {content}\n");
        await OkAsync("add", "--all");
        await OkAsync("commit", "--quiet", "--message", $"Change {number}");
        return await OkAsync("rev-parse", "HEAD");
    }

    /// <summary>All branches and tags with the objects that they point at, as a state declares them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RefsAsync()
    {
        var lines = await OkAsync("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags");
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
