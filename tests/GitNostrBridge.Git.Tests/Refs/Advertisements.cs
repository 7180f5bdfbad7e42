using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git.Tests;

/// <summary>Answers about refs, made here and by git itself, to be compared byte for byte.</summary>
internal sealed class Advertisements(Scratch scratch)
{
    public static readonly (GitService Service, string? Protocol)[] All =
    [
        (GitService.UploadPack, null), (GitService.UploadPack, "version=1"), (GitService.UploadPack, "version=2"),
        (GitService.ReceivePack, null), (GitService.ReceivePack, "version=1"), (GitService.ReceivePack, "version=2"),
    ];

    private readonly UploadPackRun _git = new(scratch.Git);

    private readonly RefAdvertisements _ours = new(new RefCache(64 << 20), scratch.Git, scratch.Repositories, TimeProvider.System);

    /// <summary>Null: it is left to git.</summary>
    public async Task<string?> AdvertisedAsync(BareRepository repository, GitService service, string? protocol) =>
        await _ours.AdvertiseAsync(repository, service, protocol) is { } body ? Encoding.Latin1.GetString(body) : null;

    /// <summary>Null: it is left to git.</summary>
    public async Task<string?> ListedAsync(BareRepository repository, byte[] request) =>
        UploadPackRequest.TryRead(new ReadOnlySequence<byte>(request), out var read) && await _ours.ListAsync(repository, read) is { } body
            ? Encoding.Latin1.GetString(body)
            : null;

    public async Task<string> AdvertisedByGitAsync(BareRepository repository, GitService service, string? protocol)
    {
        using var body = new MemoryStream();
        var exit = await _git.AdvertiseAsync(repository, service, protocol, (stdout, ct) => stdout.CopyToAsync(body, ct), CancellationToken.None);
        Assert.Equal(0, exit.Code);
        return Encoding.Latin1.GetString(body.ToArray());
    }

    public async Task<string> ListedByGitAsync(BareRepository repository, byte[] request)
    {
        using var body = new MemoryStream();
        var exit = await _git.RunAsync(repository, "version=2", new MemoryStream(request), (stdout, ct) => stdout.CopyToAsync(body, ct), CancellationToken.None);
        Assert.Equal((0, ""), (exit.Code, exit.Errors));
        return Encoding.Latin1.GetString(body.ToArray());
    }

    /// <summary>A request for ls-refs as git's client sends it.</summary>
    public static byte[] LsRefs(params IEnumerable<string> arguments)
    {
        var request = new ArrayBufferWriter<byte>();
        PktLine.Write(request, "command=ls-refs\n"u8);
        PktLine.Write(request, "agent=git/2.39.5"u8);
        PktLine.Write(request, "object-format=sha1"u8);
        request.Write("0001"u8);
        foreach (var argument in arguments)
        {
            PktLine.Write(request, Encoding.UTF8.GetBytes(argument + "\n"));
        }

        PktLine.WriteFlush(request);
        return request.WrittenSpan.ToArray();
    }
}
