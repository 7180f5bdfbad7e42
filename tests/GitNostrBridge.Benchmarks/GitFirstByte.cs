using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>How long, in milliseconds, from a clone's request to the first byte of its answer.</summary>
internal static class GitFirstByte
{
    /// <summary>A clone of one commit in protocol version 2.</summary>
    public static byte[] CloneRequest(string commit) =>
        Encoding.ASCII.GetBytes(Line("command=fetch") + "0001" + Line("ofs-delta") + Line($"want {commit}\n") + Line("done\n") + "0000");

    /// <summary>From git itself: the process is started, fed, and read.</summary>
    public static async Task<double> OfGitAsync(string repository, byte[] request)
    {
        var clock = Stopwatch.StartNew();
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", $"safe.directory={repository}", "upload-pack", "--stateless-rpc", repository])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GIT_PROTOCOL"] = "version=2" },
        })!;
        await git.StandardInput.BaseStream.WriteAsync(request);
        git.StandardInput.Close();
        await git.StandardOutput.BaseStream.ReadExactlyAsync(new byte[1]);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        git.Kill(entireProcessTree: true);
        await git.WaitForExitAsync();
        return elapsed;
    }

    /// <summary>From the server, on a new connection.</summary>
    public static async Task<double> OfServerAsync(Uri url, byte[] request)
    {
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(request) };
        message.Headers.Add("Git-Protocol", "version=2");
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        var clock = Stopwatch.StartNew();
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static string Line(string payload) => $"{payload.Length + 4:x4}{payload}";
}
