using System.IO.Pipelines;
using GitNostrBridge.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>A clone cache in a temporary folder, with a clock and a disk that the test decides on.</summary>
internal sealed class CacheScene : IDisposable
{
    private readonly TestFolder _folder = new();

    public CacheScene(Func<CloneCacheOptions, CloneCacheOptions>? change = null)
    {
        Options = (change ?? (options => options))(new CloneCacheOptions { Path = _folder.Sub("cache") });
        Cache = Open();
    }

    public CloneCacheOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public bool DiskHasRoom { get; set; } = true;

    public CloneCache Cache { get; }

    public string[] Files => Directory.GetFiles(Options.Path);

    /// <summary>One more cache on the same folder, as after a restart.</summary>
    public CloneCache Open() => new(Options, () => DiskHasRoom, Time, NullLogger<CloneCache>.Instance);

    public static CloneKey Key(int request, int refs = 0, string repository = "r") => new(repository, $"refs {refs}", $"request {request}");

    /// <summary>Asks for the first time, which streams straight.</summary>
    public void AskFirst(CloneKey key)
    {
        using var seen = Assert.IsType<CloneTicket.Straight>(Cache.Ask(key)).Seen;
    }

    /// <summary>Has a whole answer made and kept.</summary>
    public async Task KeepAsync(CloneKey key, byte[] content)
    {
        AskFirst(key);
        var make = Assert.IsType<CloneTicket.Make>(Cache.Ask(key));
        await Cache.MakeAsync(key, make.Answer, async (answer, cancellationToken) =>
        {
            await answer.AppendAsync(content, cancellationToken);
            return (AnswerEnd.Whole, true);
        });
        Assert.Equal(content, await ReadAsync(make.Reader));
    }

    /// <summary>Reads to the end, which must be whole, and leaves.</summary>
    public static async Task<byte[]> ReadAsync(AnswerReader reader)
    {
        using (reader)
        {
            var (end, content) = await TryReadAsync(reader);
            Assert.Equal(AnswerEnd.Whole, end);
            return content;
        }
    }

    public static async Task<(AnswerEnd End, byte[] Content)> TryReadAsync(AnswerReader reader)
    {
        using var content = new MemoryStream();
        var output = PipeWriter.Create(content, new StreamPipeWriterOptions(leaveOpen: true));
        var end = await reader.CopyToAsync(output, null, CancellationToken.None);
        await output.CompleteAsync();
        return (end, content.ToArray());
    }

    public static byte[] Content(int seed, int length)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public void Dispose() => _folder.Dispose();
}
