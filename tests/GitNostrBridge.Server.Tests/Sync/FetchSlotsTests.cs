namespace GitNostrBridge.Server.Tests;

public sealed class FetchSlotsTests
{
    private readonly FetchSlots _slots = new(4);

    [Fact]
    public async Task One_host_has_half_of_them_whatever_its_ports_and_others_pass_it_by()
    {
        var ports = new[] { 443, 444 }.Select(port => new CloneSource($"https://slow.example:{port}/x.git", $"slow.example:{port}")).ToList();
        var taken = await Task.WhenAll(ports.Select(source => _slots.TakeAsync(source.Host, CancellationToken.None)));
        var third = _slots.TakeAsync(ports[0].Host, CancellationToken.None);

        using var other = await _slots.TakeAsync("fast.example", CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(third.IsCompleted);

        taken[0].Dispose();
        taken[0].Dispose();
        using var next = await third.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(_slots.TakeAsync(ports[0].Host, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Never_more_than_all_and_who_gives_up_leaves_the_queue()
    {
        var taken = await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(host => _slots.TakeAsync(host, CancellationToken.None)));
        using var patience = new CancellationTokenSource();
        var first = _slots.TakeAsync("e", patience.Token);
        var second = _slots.TakeAsync("f", CancellationToken.None);
        Assert.False(first.IsCompleted || second.IsCompleted);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        taken[0].Dispose();

        using var slot = await second.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
