using System.IO.Compression;
using System.Net;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.TestKit;

/// <summary>
/// A git server elsewhere, on a loopback port of its own: real git over real HTTP, but a test says when it answers, and whether.
/// </summary>
public sealed class RemoteGitServer : IAsyncDisposable
{
    private const string Owner = "remote";

    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    private readonly WebApplication _web;
    private readonly TestGit _git;
    private readonly BareRepositories _repositories;
    private readonly UploadPackRun _uploadPack;
    private readonly SemaphoreSlim _arrivals = new(0);
    private volatile TaskCompletionSource? _held;
    private int _visits;

    private RemoteGitServer(WebApplication web, TestFolder folder, string name)
    {
        _web = web;
        _git = new TestGit(folder.Sub($"home-{name}"));
        var server = GitProcess.ForServer(folder.Sub($"home-server-{name}"));
        _repositories = new BareRepositories(folder.Sub(name), server);
        _uploadPack = new UploadPackRun(server);
    }

    /// <summary>How many times somebody has looked at a repository: requests for info/refs that are not git's own.</summary>
    public int Visits => Volatile.Read(ref _visits);

    /// <summary>All paths asked for, in order, with their method.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The status that every request is answered with instead of git's answer, or 0.</summary>
    public int Status { get; set; }

    /// <summary>Where requests for info/refs are sent on to, or null.</summary>
    public string? Redirect { get; set; }

    /// <summary>Its address, host and port.</summary>
    public string Origin => _web.Urls.First();

    public static async Task<RemoteGitServer> StartAsync(TestFolder folder, string name = "remote")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var web = builder.Build();
        var server = new RemoteGitServer(web, folder, name);
        web.Run(server.AnswerAsync);
        await web.StartAsync();
        return server;
    }

    public string UrlOf(string repository) => $"{Origin}/{Owner}/{repository}.git";

    /// <summary>Copies refs of a work repository into one of this server; gives its URL.</summary>
    public async Task<string> TakeAsync(WorkRepository work, string repository, params string[] refspecs)
    {
        var path = await EmptyAsync(repository);
        await _git.OkAsync(path, ["-c", "safe.directory=*", "--git-dir", path, "fetch", "--quiet", work.Path, .. refspecs]);
        return UrlOf(repository);
    }

    /// <summary>Makes an empty repository; gives its folder.</summary>
    public async Task<string> EmptyAsync(string repository) => (await _repositories.EnsureAsync(Owner, repository, CancellationToken.None)).Path;

    /// <summary>From now on requests wait.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Requests that wait, and later ones, are answered.</summary>
    public void LetGo()
    {
        var held = _held;
        _held = null;
        held?.TrySetResult();
    }

    /// <summary>The next visit that this has not told of yet.</summary>
    public async Task NextVisitAsync()
    {
        if (!await _arrivals.WaitAsync(TimeOut))
        {
            throw new TimeoutException("nobody came");
        }
    }

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await _web.DisposeAsync();
        _arrivals.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        lock (Requests)
        {
            Requests.Add($"{context.Request.Method} {path}");
        }

        var isLook = path.EndsWith("/info/refs", StringComparison.Ordinal);
        if (isLook && !context.Request.Headers.Accept.ToString().Contains("*/*", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _visits);
            _arrivals.Release();
        }

        if (_held is { } held)
        {
            await held.Task.WaitAsync(context.RequestAborted);
        }

        if (Status != 0)
        {
            context.Response.StatusCode = Status;
        }
        else if (isLook && Redirect is { } elsewhere)
        {
            context.Response.Redirect(elsewhere);
        }
        else
        {
            await ServeAsync(context, path, isLook);
        }
    }

    private async Task ServeAsync(HttpContext context, string path, bool isLook)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 3 || !parts[1].EndsWith(".git", StringComparison.Ordinal) || _repositories.Find(parts[0], parts[1][..^4]) is not { } repository)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var protocol = context.Request.Headers["Git-Protocol"].ToString();
        context.Response.ContentType = isLook ? "application/x-git-upload-pack-advertisement" : "application/x-git-upload-pack-result";
        Task Copy(Stream output, CancellationToken ct) => output.CopyToAsync(context.Response.Body, ct);
        if (isLook)
        {
            await _uploadPack.AdvertiseAsync(repository, GitService.UploadPack, protocol, Copy, context.RequestAborted);
            return;
        }

        await using var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        await _uploadPack.RunAsync(repository, protocol, body, Copy, context.RequestAborted);
    }
}
