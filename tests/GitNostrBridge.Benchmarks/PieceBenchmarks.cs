using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>What each piece of an event's way through the relay costs: parsing, the id, the signature, a filter.</summary>
[MemoryDiagnoser]
public class PieceBenchmarks
{
    private static readonly NostrEvent Issue = new Person().Sign(
        EventKinds.Issue,
        [new("a", $"30617:{new Person().Key}:project"), new("p", new Person().Key.Hex), new("subject", "It does not work")],
        string.Concat(Enumerable.Repeat("When I press the button, nothing happens. ", 20)));

    private readonly NostrEvent _issue = Issue;

    private readonly byte[] _json = Issue.Json.ToArray();

    private readonly Filter _matching = new()
    {
        Kinds = FrozenSet.Create(EventKinds.Issue, EventKinds.Patch),
        Tags = FrozenDictionary.Create(KeyValuePair.Create('a', FrozenSet.Create(Issue.FirstTag("a")!.Value!))),
    };

    private readonly EventVerifier _best = new(Schnorr.Best);

    private readonly EventVerifier _managed = new(Schnorr.Managed());

    /// <summary>Runs all of them in this process; about two minutes.</summary>
    internal static void Run() => BenchmarkRunner.Run<PieceBenchmarks>(
        DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).WithOption(ConfigOptions.DisableLogFile, true));

    [Benchmark]
    public EventParse Parse() => EventJson.Parse(_json);

    [Benchmark]
    public EventId ComputeId() => EventJson.ComputeId(_issue.Author, _issue.CreatedAt, _issue.Kind, _issue.Tags, _issue.Content);

    [Benchmark(Baseline = true)]
    public EventVerification Verify() => _best.Verify(_issue);

    [Benchmark]
    public EventVerification VerifyWithoutNativeLibrary() => _managed.Verify(_issue);

    [Benchmark]
    public bool Match() => FilterMatcher.Matches(_matching, _issue);
}
