using System.Buffers;
using System.Text;
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
        var header = !isPush && IsVersion2(gitProtocol) ? [] : ServiceHeader(name);
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
    /// <param name="output">Reads the answer, once, while git writes it.</param>
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
                Output = output,
                TimeOut = GitCommand.PackTimeOut,
            },
            ct);

    private static byte[] ServiceHeader(string name)
    {
        var header = new ArrayBufferWriter<byte>();
        PktLine.Write(header, Encoding.ASCII.GetBytes($"# service=git-{name}\n"));
        PktLine.WriteFlush(header);
        return header.WrittenSpan.ToArray();
    }

    private static Dictionary<string, string?> ProtocolEnvironment(string? gitProtocol) =>
        IsAcceptable(gitProtocol) ? new() { ["GIT_PROTOCOL"] = gitProtocol } : [];

    // As git reads it: colon-separated keys, the highest version that it knows.
    private static bool IsVersion2(string? gitProtocol) =>
        IsAcceptable(gitProtocol) && gitProtocol!.Split(':').Contains("version=2");

    private static bool IsAcceptable(string? gitProtocol) => gitProtocol is not null && ProtocolHeader().IsMatch(gitProtocol);

    [GeneratedRegex(@"\A[a-z0-9=:.-]{1,64}\z")]
    private static partial Regex ProtocolHeader();
}
