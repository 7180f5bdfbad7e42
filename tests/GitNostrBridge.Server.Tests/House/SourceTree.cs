namespace GitNostrBridge.Server.Tests;

/// <summary>The project's own files, for the tests that hold them to its rules.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>All C# files that are written by hand below a folder.</summary>
    public static IEnumerable<string> CodeBelow(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GitNostrBridge.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests run inside the project's folder; no GitNostrBridge.sln is found above them");
    }
}
