using System.Buffers;
using System.Text.RegularExpressions;

namespace GitNostrBridge.Git;

/// <summary>Serves what clients read: the advertisement of either service, and packs.</summary>
public sealed partial class UploadPackRun(GitProcess git)
{
    /// <summary>
    /// Answers `info/refs?service=…` as git http-backend does. A push knows no protocol version 2, so that one is answered as
    /// version 0 (http-backend then leaves out the header, which no client reads).
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="service">The service asked for.</param>
    /// <param name="gitProtocol">The Git-Protocol header; anything but `[a-z0-9=:.-]{1,64}` counts as absent.</param>
    /// <param name="output">Reads the body, once.</param>
    /// <param name="ct">Stops git.</param>
    public Task<GitExit> AdvertiseAsync(
        BareRepository repository, GitService service, string? gitProtocol, Func<Stream, CancellationToken, Task> output, CancellationToken ct)
    {
        var isPush = service == GitService.ReceivePack;
        var name = isPush ? "receive-pack" : "upload-pack";
        var header = !isPush && VersionOf(gitProtocol) == 2 ? [] : ServiceHeader(service);
        return git.RunAsync(
            new GitCommand([name, "--stateless-rpc", "--http-backend-info-refs", repository.Path])
            {
                Repository = repository.Path,
                Configuration = isPush ? ServiceConfiguration.ReceivePackAdvertisement : ServiceConfiguration.UploadPack,
                Environment = ProtocolEnvironment(gitProtocol),
                Output = (stdout, token) => output(new PrefixedStream(header, stdout), token),
            },
            ct);
    }

    /// <summary>Answers one `git-upload-pack` request; both bodies stream.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="gitProtocol">The Git-Protocol header; anything but `[a-z0-9=:.-]{1,64}` counts as absent.</param>
    /// <param name="request">The request's body, already unzipped.</param>
    /// <param name="output">Reads the answer, once, while git writes it; called on a thread of its own where it does best to stay, for reads may block.</param>
    /// <param name="ct">Stops git.</param>
    public Task<GitExit> RunAsync(
        BareRepository repository, string? gitProtocol, Stream request, Func<Stream, CancellationToken, Task> output, CancellationToken ct) =>
        git.RunAsync(
            new GitCommand(["upload-pack", "--strict", "--stateless-rpc", repository.Path])
            {
                Repository = repository.Path,
                Configuration = ServiceConfiguration.UploadPack,
                Environment = ProtocolEnvironment(gitProtocol),
                Input = request,
                Output = (stdout, token) => GatheringStream.ReadAsync(stdout, gathered => output(gathered, token)),
                TimeOut = GitCommand.PackTimeOut,
            },
            ct);

    /// <summary>What comes before an advertisement in versions 0 and 1.</summary>
    internal static byte[] ServiceHeader(GitService service)
    {
        var header = new ArrayBufferWriter<byte>();
        PktLine.Write(header, service == GitService.UploadPack ? "# service=git-upload-pack\n"u8 : "# service=git-receive-pack\n"u8);
        PktLine.WriteFlush(header);
        return header.WrittenSpan.ToArray();
    }

    /// <summary>The protocol's version that a Git-Protocol header asks for, as git reads it: colon-separated keys, the highest version that it knows.</summary>
    public static int VersionOf(string? gitProtocol)
    {
        if (!IsAcceptable(gitProtocol))
        {
            return 0;
        }

        var keys = gitProtocol!.Split(':');
        return keys.Contains("version=2") ? 2 : keys.Contains("version=1") ? 1 : 0;
    }

    private static Dictionary<string, string?> ProtocolEnvironment(string? gitProtocol) =>
        IsAcceptable(gitProtocol) ? new() { ["GIT_PROTOCOL"] = gitProtocol } : [];

    private static bool IsAcceptable(string? gitProtocol) => gitProtocol is not null && ProtocolHeader().IsMatch(gitProtocol);

    [GeneratedRegex(@"\A[a-z0-9=:.-]{1,64}\z")]
    private static partial Regex ProtocolHeader();
}
