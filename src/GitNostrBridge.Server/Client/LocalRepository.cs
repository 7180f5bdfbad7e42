using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>What came of reading a repository on the user's own disk.</summary>
internal abstract record LocalRepositoryRead
{
    private LocalRepositoryRead()
    {
    }

    /// <summary>Its branches and tags.</summary>
    public sealed record Read(LocalRepository Repository) : LocalRepositoryRead;

    /// <summary>git could not read it, in git's words.</summary>
    public sealed record Unreadable(string Reason) : LocalRepositoryRead;
}

/// <summary>The branches and tags of a repository on the user's own disk, read through his own git, whatever its format.</summary>
internal sealed record LocalRepository(string Path, IReadOnlyList<(RefName Name, Oid Value)> Refs, RefName? Head)
{
    private const int MostBytes = 16 << 20;

    /// <summary>Reads them.</summary>
    public static async Task<LocalRepositoryRead> ReadAsync(GitProcess git, string path, CancellationToken cancellationToken)
    {
        var refs = await RunAsync(git, ["-C", path, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"], cancellationToken).ConfigureAwait(false);
        if (refs.Exit.Code != 0)
        {
            return new LocalRepositoryRead.Unreadable(refs.Exit.Errors.Trim());
        }

        var head = await RunAsync(git, ["-C", path, "symbolic-ref", "--quiet", "HEAD"], cancellationToken).ConfigureAwait(false);
        return new LocalRepositoryRead.Read(new LocalRepository(
            path,
            [.. refs.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<(RefName, Oid)>()],
            RefName.TryParse(head.Text.Trim(), out var branch) ? branch : null));
    }

    private static (RefName, Oid)? Parse(string line) =>
        line.Split(' ', 2) is [var value, var text] && Oid.TryParse(value, out var oid) && RefName.TryParse(text, out var name) ? (name, oid) : null;

    private static async Task<(GitExit Exit, string Text)> RunAsync(GitProcess git, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var exit = await git.RunAsync(
            new GitCommand(arguments)
            {
                Output = async (stream, token) =>
                {
                    var buffer = new byte[64 * 1024];
                    while (output.Length < MostBytes && await stream.ReadAsync(buffer, token).ConfigureAwait(false) is > 0 and var count)
                    {
                        output.Write(buffer, 0, count);
                    }
                },
            },
            cancellationToken).ConfigureAwait(false);
        return (exit, System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }
}
