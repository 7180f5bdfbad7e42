using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// Asks the installed git for its advertisements of two repositories made for that purpose, one without refs and one with a single branch, under the
/// settings under which repositories are served.
/// </summary>
internal sealed class CapabilityProbe(GitProcess git, BareRepositories repositories)
{
    private const string Branch = "refs/heads/main";

    private readonly UploadPackRun _run = new(git);

    /// <summary>The capabilities; null when git failed, or answers in a form that is not known here: then it is to be asked each time.</summary>
    public async Task<AdvertisedCapabilities?> AskAsync(CancellationToken ct)
    {
        var temporary = await repositories.CreateTemporaryAsync(ct).ConfigureAwait(false);
        try
        {
            var emptyUpload = await AdvertiseAsync(temporary, GitService.UploadPack, null, ct).ConfigureAwait(false);
            var emptyReceive = await AdvertiseAsync(temporary, GitService.ReceivePack, null, ct).ConfigureAwait(false);
            var version2 = await AdvertiseAsync(temporary, GitService.UploadPack, "version=2", ct).ConfigureAwait(false);
            if (await AddBranchAsync(temporary, ct).ConfigureAwait(false) is not { } value)
            {
                return null;
            }

            var upload = await AdvertiseAsync(temporary, GitService.UploadPack, null, ct).ConfigureAwait(false);
            var version1 = await AdvertiseAsync(temporary, GitService.UploadPack, "version=1", ct).ConfigureAwait(false);
            var receive = await AdvertiseAsync(temporary, GitService.ReceivePack, null, ct).ConfigureAwait(false);
            var symref = Encoding.ASCII.GetBytes($" symref=HEAD:{Branch}");
            var header = UploadPackRun.ServiceHeader(GitService.UploadPack).Length;
            return emptyUpload is not null && emptyReceive is not null && version2 is not null && version1 is not null
                && FirstLine(upload, GitService.UploadPack, $"{value} HEAD\0") is { } capabilities
                && FirstLine(receive, GitService.ReceivePack, $"{value} {Branch}\0") is { } receivePack
                && capabilities.AsSpan().IndexOf(symref) is var at and >= 0
                && version1.AsSpan(header).EndsWith(upload.AsSpan(header))
                    ? new AdvertisedCapabilities(
                        emptyUpload,
                        emptyReceive,
                        version2,
                        version1[header..^(upload!.Length - header)],
                        capabilities[..at],
                        capabilities[(at + symref.Length)..],
                        receivePack)
                    : null;
        }
        finally
        {
            Directory.Delete(temporary.Path, recursive: true);
        }
    }

    private async Task<byte[]?> AdvertiseAsync(BareRepository repository, GitService service, string? gitProtocol, CancellationToken ct)
    {
        using var body = new MemoryStream();
        var exit = await _run.AdvertiseAsync(repository, service, gitProtocol, (output, token) => output.CopyToAsync(body, token), ct).ConfigureAwait(false);
        return exit.Succeeded ? body.ToArray() : null;
    }

    // git lists a branch whose object is there, of whatever type.
    private async Task<Oid?> AddBranchAsync(BareRepository repository, CancellationToken ct)
    {
        using var output = new MemoryStream();
        var exit = await git.RunAsync(
            new GitCommand(["hash-object", "-w", "--stdin"]) { Repository = repository.Path, Output = (stdout, token) => stdout.CopyToAsync(output, token) }, ct).ConfigureAwait(false);
        if (!exit.Succeeded || !Oid.TryParse(Encoding.ASCII.GetString(output.ToArray()).TrimEnd(), out var value))
        {
            return null;
        }

        var path = Path.Combine(repository.Path, Branch);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, $"{value}\n", ct).ConfigureAwait(false);
        return value;
    }

    private static byte[]? FirstLine(byte[]? advertisement, GitService service, string start)
    {
        if (advertisement is null)
        {
            return null;
        }

        var rest = new ReadOnlySequence<byte>(advertisement, UploadPackRun.ServiceHeader(service).Length, advertisement.Length - UploadPackRun.ServiceHeader(service).Length);
        var expected = Encoding.UTF8.GetBytes(start);
        return PktLine.TryRead(ref rest, out var line) == PktRead.Line && line.Payload.ToArray() is var payload && payload.AsSpan().StartsWith(expected)
            ? payload[expected.Length..]
            : null;
    }
}
