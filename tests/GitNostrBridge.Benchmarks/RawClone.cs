using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>A clone's answer, read and thrown away: no time goes into a client's own work.</summary>
/// <param name="Bytes">How long it was, the head of HTTP included.</param>
/// <param name="FirstByteMilliseconds">From the request to the first byte.</param>
internal sealed record RawClone(long Bytes, double FirstByteMilliseconds)
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>From git itself.</summary>
    public static async Task<RawClone> OfGitAsync(string repository, byte[] request)
    {
        var clock = Stopwatch.StartNew();
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", $"safe.directory={repository}", "upload-pack", "--strict", "--stateless-rpc", repository])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GIT_PROTOCOL"] = "version=2", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" },
        })!;
        var errors = git.StandardError.ReadToEndAsync();
        await git.StandardInput.BaseStream.WriteAsync(request);
        git.StandardInput.Close();
        var answer = await DrainAsync(git.StandardOutput.BaseStream, clock);
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? answer : throw new InvalidOperationException(await errors);
    }

    /// <summary>From a server, on a connection of its own.</summary>
    public static async Task<RawClone> OfServerAsync(Uri repository, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(repository.Host, repository.Port);
        var stream = client.GetStream();
        var head = $"POST {repository.AbsolutePath}/git-upload-pack HTTP/1.1\r\nHost: {repository.Authority}\r\nConnection: close\r\nGit-Protocol: version=2\r\n"
            + $"Content-Type: application/x-git-upload-pack-request\r\nContent-Length: {request.Length}\r\n\r\n";
        var clock = Stopwatch.StartNew();
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. request]);
        return await DrainAsync(stream, clock);
    }

    /// <summary>The request for a whole branch; a commit that the client is said to have, and that nobody has, makes it one that was never asked before.</summary>
    public static byte[] Request(string commit, string? unknown = null) => Encoding.ASCII.GetBytes(
        Line("command=fetch") + Line("agent=git/2.39.5") + Line("object-format=sha1") + "0001" + Line("thin-pack") + Line("no-progress") + Line("ofs-delta")
        + Line($"want {commit}\n") + (unknown is null ? "" : Line($"have {unknown}\n")) + Line("done\n") + "0000");

    private static string Line(string payload) => $"{payload.Length + 4:x4}{payload}";

    private static async Task<RawClone> DrainAsync(Stream answer, Stopwatch clock)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var first = 0.0;
        long bytes = 0;
        int count;
        while ((count = await answer.ReadAsync(buffer)) > 0)
        {
            first = bytes == 0 ? clock.Elapsed.TotalMilliseconds : first;
            bytes += count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return new RawClone(bytes, first);
    }
}
