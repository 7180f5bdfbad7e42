using System.Text;

namespace GitNostrBridge.Git;

/// <summary>What came of asking a repository elsewhere for its refs.</summary>
public abstract record RemoteRefsResult
{
    private RemoteRefsResult()
    {
    }

    /// <summary>Its branches and tags; annotated tags as the tag objects.</summary>
    public sealed record Listed(IReadOnlyDictionary<RefName, Oid> Refs) : RemoteRefsResult;

    /// <summary>It did not tell, in git's words.</summary>
    public sealed record Failed(string Reason) : RemoteRefsResult;
}

/// <summary>Asks repositories elsewhere for their branches and tags (`git ls-remote`); nothing is fetched.</summary>
public sealed class RemoteRefs(GitProcess git)
{
    private const int MaxBytes = 64 << 20;

    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    /// <summary>Asks once.</summary>
    public async Task<RemoteRefsResult> ListAsync(FetchRemote remote, CancellationToken cancellationToken)
    {
        var refs = new Dictionary<RefName, Oid>();
        var isCut = false;
        var command = new GitCommand(["ls-remote", "--quiet", "--heads", "--tags", "--refs", "--", remote.Url.AbsoluteUri])
        {
            Configuration = remote.Configuration,
            TimeOut = TimeOut,
            Output = async (stdout, token) =>
            {
                using var lines = new StreamReader(stdout, Encoding.UTF8);
                for (var bytes = 0; await lines.ReadLineAsync(token).ConfigureAwait(false) is { } line; bytes += line.Length)
                {
                    isCut = bytes > MaxBytes;
                    if (!isCut && line.Split('\t', 2) is [var hex, var text] && Oid.TryParse(hex, out var oid) && RefName.TryParse(text, out var name))
                    {
                        refs[name] = oid;
                    }
                }
            },
        };
        var exit = await git.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return !exit.Succeeded ? new RemoteRefsResult.Failed(exit.Errors)
            : isCut ? new RemoteRefsResult.Failed($"it lists more than {MaxBytes} bytes of refs")
            : new RemoteRefsResult.Listed(refs);
    }
}
