using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>When things happened after the last byte of a push's pack was sent, in milliseconds.</summary>
/// <param name="ToEvent">Until the state was at a live subscriber.</param>
/// <param name="FromRefToEvent">The same from the moment in which git moved the ref.</param>
/// <param name="GitAlone">The same push into a copy of the repository by `git receive-pack` without any server: until it has ended.</param>
internal sealed record PushTimes(double ToEvent, double FromRefToEvent, double GitAlone);

/// <summary>Pushes one small commit after another, byte by byte as git would, so that the moments can be told apart.</summary>
internal sealed class ReleaseScene(ServerProcess server, TestRelay relay, Person owner, WorkRepository work, TestFolder folder)
{
    private const string Identifier = "small";

    private string _old = new('0', 40);

    private string Repository => folder.Sub("data", "git", owner.Npub, Identifier + ".git");

    public async Task AnnounceAsync(ServiceAddress here)
    {
        await relay.PublishAsync(owner.Announce(here, Identifier));
        await work.Git.OkAsync(folder.Path, "clone", "--quiet", "--bare", Repository, "alone.git");
    }

    public async Task<PushTimes> PushAsync()
    {
        var commit = await work.CommitAsync();
        var state = owner.State(Identifier, new Dictionary<string, string> { ["refs/heads/main"] = commit });
        var request = await RequestAsync(commit);
        await relay.PublishAsync(state);
        await using var live = await relay.SubscribeAsync(new Filter { Ids = FrozenSet.Create(state.Id) });
        var moved = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Directory.CreateDirectory(Path.Combine(Repository, "refs", "heads")).FullName) { EnableRaisingEvents = true };
        watcher.Renamed += (_, change) => Note(change.Name);

        var arrival = ArrivalAsync(live, state.Id);
        var content = new TimedContent(request);
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri($"{server.Address}{owner.Npub}/{Identifier}.git/git-receive-pack"), content);
        answer.EnsureSuccessStatusCode();
        var (sent, arrived) = (content.Sent, await arrival);
        var times = new PushTimes(Between(sent, arrived), Between(await moved.Task.WaitAsync(TimeSpan.FromSeconds(30)), arrived), await AloneAsync(request));
        _old = commit;
        return times;

        void Note(string? name)
        {
            if (name == "main")
            {
                moved.TrySetResult(Stopwatch.GetTimestamp());
            }
        }
    }

    private static double Between(long start, long end) => Stopwatch.GetElapsedTime(start, end).TotalMilliseconds;

    private static async Task<long> ArrivalAsync(TestSubscription live, EventId id)
    {
        while ((await live.NextAsync()).Id != id)
        {
        }

        return Stopwatch.GetTimestamp();
    }

    private async Task<byte[]> RequestAsync(string commit)
    {
        var command = $"{_old} {commit} refs/heads/main\0 report-status side-band-64k object-format=sha1";
        var pack = await PackAsync(_old.All(digit => digit == '0') ? $"{commit}\n" : $"{commit}\n^{_old}\n");
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{command.Length + 4:x4}{command}0000")), .. pack];
    }

    private async Task<byte[]> PackAsync(string revisions)
    {
        using var git = Start(work.Path, "pack-objects", "--revs", "--stdout", "--thin", "-q");
        await git.StandardInput.WriteAsync(revisions);
        git.StandardInput.Close();
        using var pack = new MemoryStream();
        await git.StandardOutput.BaseStream.CopyToAsync(pack);
        await git.WaitForExitAsync();
        return pack.ToArray();
    }

    private async Task<double> AloneAsync(byte[] request)
    {
        using var git = Start(folder.Path, "-c", "core.fsync=objects,reference", "receive-pack", "--stateless-rpc", folder.Sub("alone.git"));
        var output = git.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await git.StandardInput.BaseStream.WriteAsync(request);
        git.StandardInput.Close();
        var sent = Stopwatch.GetTimestamp();
        await output;
        await git.WaitForExitAsync();
        return Between(sent, Stopwatch.GetTimestamp());
    }

    private static Process Start(string directory, params string[] arguments) => Process.Start(new ProcessStartInfo("git", arguments)
    {
        WorkingDirectory = directory,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>A body that notes when its last byte was handed to the socket.</summary>
    private sealed class TimedContent : HttpContent
    {
        private readonly byte[] _bytes;

        public TimedContent(byte[] bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new("application/x-git-receive-pack-request");
        }

        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_bytes);
            await stream.FlushAsync();
            Sent = Stopwatch.GetTimestamp();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
