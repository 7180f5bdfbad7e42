using System.Data.Common;

namespace GitNostrBridge.Server;

/// <summary>Runs a verb: settings first, then the work; whatever stops it is told with what to do next.</summary>
internal static class VerbRun
{
    /// <summary>Gives the verb's exit code; <see cref="ExitCodes.Failed"/> when the settings are not usable or the disk, the database or git failed.</summary>
    public static async Task<int> RunAsync(string[] settings, Func<VerbSettings, Task<int>> work)
    {
        var problems = new List<string>();
        var read = VerbSettings.Read(settings, problems);
        if (problems.Count > 0)
        {
            return Fail("the settings are not usable:\n  " + string.Join("\n  ", problems), "Mend them; docs/configuration.md has all settings. A verb takes the same ones as `serve`.");
        }

        try
        {
            return await work(read).ConfigureAwait(false);
        }
        catch (VerbException failure)
        {
            return Fail(failure.Message, failure.Advice);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException or NotSupportedException or TimeoutException or InvalidDataException)
        {
            return Fail(failure.Message, "Look at what it names: a missing permission, a full disk, or data of another version. Then run this again; nothing is left half done.");
        }
        catch (OperationCanceledException)
        {
            return Fail("it was interrupted", "Run this again; nothing is left half done.");
        }
    }

    /// <summary>Tells a failure on stderr.</summary>
    public static int Fail(string problem, string advice)
    {
        Console.Error.WriteLine($"Not done: {problem}\n  {advice}");
        return ExitCodes.Failed;
    }
}

/// <summary>A verb cannot do its work, and why, and what to do next.</summary>
internal sealed class VerbException(string problem, string advice) : Exception(problem)
{
    /// <summary>What to do next.</summary>
    public string Advice { get; } = advice;
}
