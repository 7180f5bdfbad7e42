using System.Net.Http.Headers;

namespace GitNostrBridge.Server.Tests;

/// <summary>Five thousand damaged requests: each gets a clean answer, and nothing stays behind.</summary>
public sealed class MutationTests
{
    private const int Requests = 5_000;

    // Most damage is noticed before git is started; what is not costs a process each.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Damaged_requests_get_clean_answers_and_leave_nothing()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var refs = scenario.ServerRefs(scenario.Owner);
        var mutations = new Mutations(new Random(seed), scenario.Owner.Key.Hex, refs["refs/heads/main"]);
        var requests = Enumerable.Range(0, Requests).Select(_ => mutations.Next()).ToList();
        using var timeOut = new CancellationTokenSource(TimeOut);
        using var http = new HttpClient();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = timeOut.Token }, async (request, cancellationToken) =>
        {
            if (clock.Elapsed < LongestRun)
            {
                var status = await SendAsync(http, $"{scenario.Url}/{request.Path}", request.Body, request.IsZipped, cancellationToken);
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", statuses) + $" in {clock.Elapsed}");
        Assert.All(statuses.Keys, status => Assert.True(status is 200 or (>= 400 and < 500), $"status {status}"));
        Assert.True(scenario.Server.LoggedErrors.Count == 0, scenario.Server.LoggedErrors.FirstOrDefault());
        Assert.Equal(refs, scenario.ServerRefs(scenario.Owner));
        while (ChildProcesses.Mentioning(scenario.Server.Folder.Path).Count > 0 || Leftovers.Below(scenario.Server.Folder.Sub("data", "git")).Count > 0)
        {
            await Task.Delay(20, timeOut.Token);
        }
    }

    private static async Task<int> SendAsync(HttpClient http, string url, byte[] body, bool isZipped, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        if (isZipped)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }
        else
        {
            request.Headers.Add("Git-Protocol", "version=2");
        }

        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-request");
        using var response = await http.SendAsync(request, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (int)response.StatusCode;
    }
}
