using System.Diagnostics;

namespace GitNostrBridge.TestKit;

/// <summary>The program under test: the one built beside the tests, or the published one that the variable names.</summary>
public static class Executable
{
    /// <summary>The variable that names a published executable.</summary>
    public const string Variable = "GITNOSTRBRIDGE_EXECUTABLE";

    /// <summary>The published executable; null when the tests run what was built beside them.</summary>
    public static string? Published { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>How to start it; what it prints is read by who starts it.</summary>
    public static ProcessStartInfo StartInfo(string folder, IEnumerable<string> arguments)
    {
        var start = Published is null
            ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gitnostrbridge.dll"), .. arguments])
            : new ProcessStartInfo(Published, arguments);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }
}
