using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>When a server that has become quiet gives memory back.</summary>
public sealed class IdleMemoryTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly WatchedTime _time = new();

    private readonly TaskCompletionSource _collected = new();

    private readonly IdleMemory _memory;

    private long _allocated = 10 * Megabyte;

    private long _held = 3 * Megabyte;

    private int _collections;

    private int _releases;

    public IdleMemoryTests() => _memory = new(
        _time,
        () => _allocated,
        () => _held,
        () =>
        {
            _collections++;
            _collected.TrySetResult();
        },
        () => _releases++);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task It_looks_again_and_again()
    {
        await _memory.StartAsync(CancellationToken.None);
        await _time.WaitBegunAsync(IdleMemory.Quiet);
        _time.Advance(IdleMemory.Quiet);
        await _collected.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await _memory.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void What_the_start_has_left_goes_once_however_little_was_collected_before()
    {
        _held = 11 * Megabyte;
        Assert.Equal(1, CollectionsAfter(0));
        Assert.Equal(1, CollectionsAfter(1000));
    }

    [Fact]
    public void A_busy_server_is_left_alone_until_it_is_quiet()
    {
        Assert.Equal(0, CollectionsAfter(20 * Megabyte));
        Assert.Equal(0, CollectionsAfter(Megabyte));
        Assert.Equal(1, CollectionsAfter(1000));
        Assert.Equal(1, CollectionsAfter(Megabyte));
        Assert.Equal(1, CollectionsAfter(0));
        Assert.Equal(1, CollectionsAfter(4 * Megabyte));
        Assert.Equal(2, CollectionsAfter(0));
    }

    [Fact]
    public void A_large_heap_is_collected_only_when_as_much_was_asked_for()
    {
        Assert.Equal(1, CollectionsAfter(0));
        _held = 30 * Megabyte;
        Assert.Equal(1, CollectionsAfter(20 * Megabyte));
        Assert.Equal(1, CollectionsAfter(0));
        Assert.Equal(1, CollectionsAfter(15 * Megabyte));
        Assert.Equal(2, CollectionsAfter(0));
    }

    [Fact]
    public void The_executables_pages_go_after_all_work_however_little_it_asks_for()
    {
        Assert.Equal(1, ReleasesAfter(0));
        Assert.Equal(1, ReleasesAfter(1000));
        Assert.Equal(1, ReleasesAfter(Megabyte));
        Assert.Equal(2, ReleasesAfter(0));
        Assert.Equal(2, ReleasesAfter(0));
    }

    private int ReleasesAfter(long bytes)
    {
        CollectionsAfter(bytes);
        return _releases;
    }

    private int CollectionsAfter(long bytes)
    {
        _allocated += bytes;
        _memory.Look();
        return _collections;
    }
}
