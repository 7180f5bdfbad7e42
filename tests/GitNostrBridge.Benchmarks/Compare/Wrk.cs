using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>The load generator wrk, which takes little CPU from the servers that it measures.</summary>
internal static class Wrk
{
    /// <summary>Where it is installed, or null.</summary>
    public static string? Find() => new[] { "/usr/bin/wrk", "/usr/local/bin/wrk" }.FirstOrDefault(File.Exists);

    /// <summary>Runs it with a script that sends the requests in turn.</summary>
    /// <exception cref="InvalidOperationException">An answer was not 200, or a connection failed.</exception>
    public static async Task<LoadResult> RunAsync(string program, IReadOnlyList<GitRequest> requests, int connections, int seconds)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script(requests));
            using var wrk = Process.Start(new ProcessStartInfo(
                program, ["-t", "1", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "30s", "-s", script, requests[0].Url.GetLeftPart(UriPartial.Authority)])
            {
                RedirectStandardOutput = true,
            })!;
            var output = await wrk.StandardOutput.ReadToEndAsync();
            await wrk.WaitForExitAsync();
            var figures = output.Split('\n').FirstOrDefault(line => line.StartsWith("figures ", StringComparison.Ordinal))?.Split(' ')[1..]
                .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
            return figures is [var count, var microseconds, var median, var p99, 0]
                ? new LoadResult(count / (microseconds / 1e6), median / 1e3, p99 / 1e3)
                : throw new InvalidOperationException($"wrk met errors at {requests[0].Url}: {output}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Script(IReadOnlyList<GitRequest> requests)
    {
        var script = new StringBuilder("local all, next = {}, 0\ninit = function(args)\n");
        foreach (var request in requests)
        {
            var protocol = request.Version == 0 ? "" : $"[\"Git-Protocol\"]={Quote(request.Protocol)},";
            var (method, type, body) = request.Body is null
                ? ("GET", "", "nil")
                : ("POST", $"[\"Content-Type\"]={Quote(GitRequest.ContentType)},", Quote(Encoding.ASCII.GetString(request.Body)));
            script.Append(CultureInfo.InvariantCulture, $"all[#all + 1] = wrk.format(\"{method}\", {Quote(request.Url.PathAndQuery)}, {{{protocol}{type}}}, {body})\n");
        }

        return script.Append("""
            end
            request = function()
                next = next % #all + 1
                return all[next]
            end
            done = function(summary, latency)
                local errors = summary.errors
                io.write(string.format("figures %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
                    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
            end
            """).ToString();
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
