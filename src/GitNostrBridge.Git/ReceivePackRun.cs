using System.IO.Pipelines;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Runs `git receive-pack` on an authorised push, behind the fence (hooks/pre-receive).</summary>
public sealed class ReceivePackRun(GitProcess git)
{
    /// <summary>The variable that tells the fence which file names the authorised updates.</summary>
    private const string FenceVariable = "GITNOSTRBRIDGE_AUTHORISED";

    /// <summary>How the name of a list of authorised updates begins; it lies in the repository, where the sweep finds what a crash leaves.</summary>
    internal const string ListPrefix = "authorised-";

    /// <summary>
    /// Gives git the commands that were decided, in place of the client's, then the pack. Progress (side-bands 2 and 3, and empty
    /// keep-alive packets) goes out at once, in whole packets; git's report is read, because the client is to be told only after
    /// the gate has run.
    /// </summary>
    /// <param name="repository">Where the refs are.</param>
    /// <param name="request">What the client sent, and how it wants to be answered.</param>
    /// <param name="commands">What git is to do, at least one command.</param>
    /// <param name="body">The body, from its first byte.</param>
    /// <param name="mostPackBytes">git refuses a pack with more bytes.</param>
    /// <param name="progress">Takes progress.</param>
    /// <param name="ct">Stops git.</param>
    /// <exception cref="OperationCanceledException">The caller gave up. git has removed what it had received, unless it had all of it: then refs may have moved.</exception>
    /// <exception cref="InvalidDataException">git answered with over 1 MiB, or not in pkt-lines.</exception>
    public async Task<ReceivePackResult> RunAsync(
        BareRepository repository,
        ReceivePackRequest request,
        IReadOnlyList<RefUpdate> commands,
        PipeReader body,
        long mostPackBytes,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> progress,
        CancellationToken ct)
    {
        await using var authorised = CreateList(repository);
        await authorised.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(commands.Select(Line))), ct);
        await authorised.FlushAsync(ct);

        var answer = new HeldAnswer(request.SideBand, progress);
        await request.SkipAsync(body, ct);
        await using var pack = body.AsStream(leaveOpen: true);
        await using var input = new PrefixedStream(request.With(commands), pack);
        var exit = await git.RunAsync(
            new GitCommand(["receive-pack", "--stateless-rpc", repository.Path])
            {
                Repository = repository.Path,
                Configuration = ServiceConfiguration.ReceivePack(mostPackBytes, commands),
                Environment = new Dictionary<string, string?> { [FenceVariable] = authorised.Name },
                Input = input,
                Output = answer.ReadAsync,
                TimeOut = GitCommand.PackTimeOut,
                Grace = TimeSpan.FromSeconds(30),
            },
            ct);
        return new ReceivePackResult(exit, ReceivePackReport.Read(request, answer.Bytes));
    }

    // The form in which git tells the hook what it is about to do.
    private static string Line(RefUpdate update) => $"{update.Old.Hex} {update.New.Hex} {update.Name}\n";

    private static FileStream CreateList(BareRepository repository)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(repository.Path, $"{ListPrefix}{Guid.NewGuid():n}"), options);
    }
}
