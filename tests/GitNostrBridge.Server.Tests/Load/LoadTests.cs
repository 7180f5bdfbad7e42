using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>Many at once, and some of them do nothing.</summary>
public sealed class LoadTests
{
    // More than sockets hold, of both sides.
    private const int LargeBytes = 32 << 20;

    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Eight_clones_succeed_beside_200_idle_connections_and_50_stalled_uploads()
    {
        await using var scenario = await Scenario.StartAsync(("Limits:Fetches", "4"), ("Limits:Advertisements", "4"), ("Limits:Pushes", "4"));
        await scenario.ServeAsync();
        var path = new Uri(scenario.Url).AbsolutePath;
        var relays = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => scenario.Server.ConnectAsync()));
        var fetches = Enumerable.Range(0, 25).Select(_ => StalledUpload.BeginAsync(scenario.Server.Address, $"{path}/git-upload-pack", "0011command=fetch"));
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        var command = $"{new string('0', 40)} {main} refs/heads/main\0 report-status";
        var pushes = Enumerable.Range(0, 25).Select(_ => StalledUpload.BeginAsync(scenario.Server.Address, $"{path}/git-receive-pack", $"{command.Length + 4:x4}{command}0000PACK"));
        var stalled = await Task.WhenAll(fetches.Concat(pushes));

        var clones = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            scenario.Work.Git.RunAsync(scenario.Server.Folder.Path, "clone", "--quiet", scenario.Url, $"clone-{number}")));

        Assert.All(clones, clone => Assert.True(clone.Code == 0, clone.All));
        await scenario.Work.CommitAsync();
        var state = await scenario.SignAsync(scenario.Owner);
        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.True(await scenario.IsServedAsync(state));
        foreach (var upload in stalled)
        {
            upload.Dispose();
        }

        await Task.WhenAll(relays.Select(relay => relay.DisposeAsync().AsTask()));
        Assert.True(scenario.Server.LoggedErrors.Count == 0, scenario.Server.LoggedErrors.FirstOrDefault());
    }

    [Theory]
    [InlineData("git-upload-pack", "0011command=fetch")]
    [InlineData("git-receive-pack", "00")]
    [InlineData("git-receive-pack", "00740000000000000000000000000000000000000000 {0} refs/heads/main\0 report-status")]
    [InlineData("git-receive-pack", "00740000000000000000000000000000000000000000 {0} refs/heads/main\0 report-status0000")]
    [InlineData("git-receive-pack", "00740000000000000000000000000000000000000000 {0} refs/heads/main\0 report-status0000PACK")]
    [InlineData("git-receive-pack", "00740000000000000000000000000000000000000000 {0} refs/heads/main\0 report-status0000PACK\0\0\0\u0002\0\0\0\u0001")]
    public async Task A_client_who_goes_away_in_the_middle_is_no_error(string service, string bodyStart)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        for (var time = 0; time < 5; time++)
        {
            using var upload = await StalledUpload.BeginAsync(scenario.Server.Address, $"{new Uri(scenario.Url).AbsolutePath}/{service}", bodyStart.Replace("{0}", main));
            await scenario.Work.OkAsync("ls-remote", scenario.Url);
        }

        await scenario.Work.OkAsync("ls-remote", scenario.Url);
        Assert.True(scenario.Server.LoggedErrors.Count == 0, scenario.Server.LoggedErrors.FirstOrDefault());
    }

    [Fact]
    public async Task A_stalled_upload_is_cut_by_the_least_data_rate()
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        using var timeOut = new CancellationTokenSource(TimeOut);
        using var upload = await StalledUpload.BeginAsync(scenario.Server.Address, $"{new Uri(scenario.Url).AbsolutePath}/git-upload-pack", "0014command");
        Assert.StartsWith("HTTP/1.1 408", await upload.ReadToEndAsync(timeOut.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_is_taken_each_kind_of_request_is_told_when_to_try_again()
    {
        await using var scenario = await Scenario.StartAsync(
            ("Limits:Fetches", "1"), ("Limits:Advertisements", "1"), ("Limits:Pushes", "1"), ("Limits:QueueMilliseconds", "200"));
        await scenario.ServeAsync();
        var load = scenario.Server.Services.GetRequiredService<GitLoad>();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var somebody = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        using var http = new HttpClient();

        using (await load.TakeAdvertisementAsync(somebody, repository))
        {
            using var known = await http.GetAsync(new Uri(scenario.Url + "/info/refs?service=git-upload-pack"));
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);

            // What only git can read needs a slot.
            await File.AppendAllTextAsync(Path.Combine(repository.Path, "config"), "[transfer]\n\thideRefs = refs/heads/secret\n");
            using var refs = await http.GetAsync(new Uri(scenario.Url + "/info/refs?service=git-upload-pack"));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refs.StatusCode, refs.Headers.RetryAfter?.ToString()));
        }

        using (await load.TakeFetchAsync(somebody, repository))
        {
            using var body = new StringContent("0011command=fetch0000", Encoding.ASCII, "application/x-git-upload-pack-request");
            using var fetch = await http.PostAsync(new Uri(scenario.Url + "/git-upload-pack"), body);
            Assert.Equal((HttpStatusCode.OK, "002cERR the server is busy; try again in 1 s"), (fetch.StatusCode, await fetch.Content.ReadAsStringAsync()));
            var clone = await scenario.Work.Git.RunAsync(scenario.Server.Folder.Path, "clone", scenario.Url, "busy");
            Assert.Contains("remote error: the server is busy; try again in 1 s", clone.Errors, StringComparison.Ordinal);
        }

        using (await load.TakePushAsync(somebody, repository))
        {
            await scenario.Work.CommitAsync();
            await scenario.SignAsync(scenario.Owner);
            var push = await scenario.Work.RunAsync("push", "--porcelain", scenario.Url, "main");
            Assert.Contains("[remote rejected] (the server is busy; try again in 1 s)", push.Output, StringComparison.Ordinal);
        }

        await scenario.Work.OkAsync("push", scenario.Url, "main");
        Assert.Empty(scenario.Server.LoggedErrors);
    }

    [Fact]
    public async Task Stored_answers_are_sent_to_so_many_at_once_and_the_others_are_told_when_to_try_again()
    {
        await using var scenario = await Scenario.StartAsync(("Limits:Fetches", "1"), ("Limits:QueueMilliseconds", "200"));
        await scenario.ServeAsync();
        var load = scenario.Server.Services.GetRequiredService<GitLoad>();
        var repository = scenario.Server.Repository(scenario.Owner, Scenario.Identifier);
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        for (var time = 0; time < 3; time++)
        {
            Assert.StartsWith("HTTP/1.1 200", await UnreadClone.WholeAsync(scenario.Url, main), StringComparison.Ordinal);
        }

        var readers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => load.TakeReadAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), repository)));
        Assert.DoesNotContain(null, readers);
        Assert.Contains("ERR the server is busy; try again in 1 s", await UnreadClone.WholeAsync(scenario.Url, main), StringComparison.Ordinal);
        readers[0]!.Dispose();
        Assert.Contains("PACK", await UnreadClone.WholeAsync(scenario.Url, main), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_client_who_does_not_read_his_answer_is_cut_by_the_least_data_rate_whether_it_comes_from_git_or_is_stored(int readBefore)
    {
        await using var scenario = await Scenario.StartAsync(("Limits:BytesPerSecond", "1000000000"));
        await File.WriteAllBytesAsync(Path.Combine(scenario.Work.Path, "large.bin"), RandomNumberGenerator.GetBytes(LargeBytes));
        await scenario.ServeAsync();
        var main = await scenario.Work.OkAsync("rev-parse", "main");
        for (var time = 0; time < readBefore; time++)
        {
            Assert.True((await UnreadClone.WholeAsync(scenario.Url, main)).Length > LargeBytes);
        }

        var outcome = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var meter = scenario.Server.Services.GetRequiredService<Meter>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name == "gitnostrbridge.git.requests")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcome.TrySetResult(tags.ToArray().Single(tag => tag.Key == "outcome").Value));
        listener.Start();
        using var client = await UnreadClone.BeginAsync(scenario.Url, main);
        Assert.Equal("gone", await outcome.Task.WaitAsync(TimeOut));
        Assert.True((await client.ReadToEndAsync()).Length < LargeBytes);
        Assert.Empty(scenario.Server.LoggedErrors);
    }
}
