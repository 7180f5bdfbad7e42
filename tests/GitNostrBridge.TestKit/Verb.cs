using System.Diagnostics;

namespace GitNostrBridge.TestKit;

/// <summary>The executable, run with a verb as a user would.</summary>
public static class Verb
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(3);

    /// <summary>Runs it in a folder, with a home of its own.</summary>
    public static Task<TestGitResult> RunAsync(string folder, string home, params string[] arguments) => RunOnAsync("", folder, home, arguments);

    /// <summary>The same, with what it is to read from its standard input.</summary>
    public static async Task<TestGitResult> RunOnAsync(string input, string folder, string home, params string[] arguments)
    {
        var start = Executable.StartInfo(folder, arguments);
        start.Environment["HOME"] = home;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(home, ".config");
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeOut = new CancellationTokenSource(TimeOut);
        await process.WaitForExitAsync(timeOut.Token);
        return new TestGitResult(process.ExitCode, await output, await errors);
    }
}
