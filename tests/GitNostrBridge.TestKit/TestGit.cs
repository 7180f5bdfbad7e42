using System.Diagnostics;

namespace GitNostrBridge.TestKit;

/// <summary>How a git command of the test ended.</summary>
public sealed record TestGitResult(int Code, string Output, string Errors)
{
    public string All => Output + Errors;
}

/// <summary>The real git client, in a home of its own: no configuration of the machine reaches it.</summary>
public sealed class TestGit
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(3);

    private readonly string _home;

    public TestGit(string home)
    {
        _home = Directory.CreateDirectory(home).FullName;
        File.WriteAllText(
            Path.Combine(_home, ".gitconfig"),
            "[user]\n\tname = Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n[protocol \"file\"]\n\tallow = always\n");
    }

    /// <summary>Runs git in a folder and gives what it said.</summary>
    public Task<TestGitResult> RunAsync(string folder, params string[] arguments) => RunWithAsync(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs git with more in its environment.</summary>
    public async Task<TestGitResult> RunWithAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal) || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _home;
        start.Environment["XDG_CONFIG_HOME"] = _home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeOut = new CancellationTokenSource(TimeOut);
        try
        {
            await process.WaitForExitAsync(timeOut.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"git {string.Join(' ', arguments)} took longer than {TimeOut}");
        }

        return new TestGitResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Runs git, which must succeed, and gives its output without the last line's end.</summary>
    public async Task<string> OkAsync(string folder, params string[] arguments)
    {
        var result = await RunAsync(folder, arguments);
        return result.Code == 0
            ? result.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {result.Code}: {result.All}");
    }
}
