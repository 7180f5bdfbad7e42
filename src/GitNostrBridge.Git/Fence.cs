namespace GitNostrBridge.Git;

/// <summary>hooks/pre-receive of a hosted repository: refuses every update that the server did not authorise.</summary>
internal static class Fence
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly byte[] Text = Read();

    /// <summary>Whether it stands, unaltered and executable.</summary>
    public static bool Stands(string repository)
    {
        var hook = PathIn(repository);
        return File.Exists(hook)
            && File.ReadAllBytes(hook).AsSpan().SequenceEqual(Text)
            && (OperatingSystem.IsWindows() || File.GetUnixFileMode(hook).HasFlag(UnixFileMode.UserExecute));
    }

    /// <summary>Raises it where it does not stand.</summary>
    public static void Raise(string repository)
    {
        if (Stands(repository))
        {
            return;
        }

        var hook = PathIn(repository);
        var fresh = Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(hook)!).FullName, $"{Guid.NewGuid():n}.new");
        File.WriteAllBytes(fresh, Text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(fresh, Executable);
        }

        File.Move(fresh, hook, overwrite: true);
    }

    private static string PathIn(string repository) => Path.Combine(repository, "hooks", "pre-receive");

    private static byte[] Read()
    {
        using var resource = typeof(Fence).Assembly.GetManifestResourceStream("pre-receive")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
