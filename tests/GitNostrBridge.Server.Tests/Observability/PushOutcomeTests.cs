using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.Server.Tests;

/// <summary>What a push is counted as that came to nothing.</summary>
public sealed class PushOutcomeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("00", true, "failed")]
    [InlineData("0000", false, null)]
    [InlineData("0009bogus", false, "refused")]
    public async Task It_has_failed_when_the_client_goes_and_is_refused_when_it_is_none_and_a_question_is_no_push(string body, bool goes, string? outcome)
    {
        await using var scenario = await Scenario.StartAsync();
        await scenario.ServeAsync();
        var meter = scenario.Server.Services.GetRequiredService<Meter>();
        var counted = Channel.CreateUnbounded<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name is "gitnostrbridge.pushes" or "gitnostrbridge.git.requests")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            counted.Writer.TryWrite($"{instrument.Name}: {tags.ToArray().Single(tag => tag.Key == "outcome").Value}"));
        listener.Start();
        var path = $"{new Uri(scenario.Url).AbsolutePath}/git-receive-pack";

        if (goes)
        {
            using var upload = await StalledUpload.BeginAsync(scenario.Server.Address, path, body);
        }
        else
        {
            await RawRequest.SendAsync(scenario.Server, "POST", path, System.Text.Encoding.ASCII.GetBytes(body));
        }

        using var patience = new CancellationTokenSource(Patience);
        var request = await counted.Reader.ReadAsync(patience.Token);
        Assert.StartsWith("gitnostrbridge.git.requests: ", request, StringComparison.Ordinal);
        if (outcome is null)
        {
            Assert.EndsWith("answered", request, StringComparison.Ordinal);
            await scenario.Work.OkAsync("ls-remote", scenario.Url);
            Assert.StartsWith("gitnostrbridge.git.requests: ", await counted.Reader.ReadAsync(patience.Token), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal($"gitnostrbridge.pushes: {outcome}", await counted.Reader.ReadAsync(patience.Token));
        }
    }
}
