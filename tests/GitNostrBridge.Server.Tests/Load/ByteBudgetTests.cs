using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

public sealed class ByteBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly IPAddress[] Clients = [.. Enumerable.Range(1, 4).Select(number => IPAddress.Parse($"192.0.2.{number}"))];

    private readonly FakeTimeProvider _time = new();
    private readonly ByteBudget _budget;

    public ByteBudgetTests() => _budget = new ByteBudget(() => 100, _time);

    [Fact]
    public async Task One_client_has_half_and_is_passed_by_while_he_waits()
    {
        using var first = await TakeAsync(0, 40);
        var second = TakeAsync(0, 20);
        using var other = await TakeAsync(1, 50);
        Assert.False(second.IsCompleted);

        first!.Shrink(30);
        using var taken = await second;
        Assert.Equal(100, _budget.Taken);
    }

    [Fact]
    public async Task Who_waits_in_vain_gets_none_and_leaves_no_trace()
    {
        using var large = await TakeAsync(0, 1_000);
        Assert.Equal(50, large!.Bytes);
        using var other = await TakeAsync(1, 50);
        var waiting = TakeAsync(2, 1);
        using var patience = new CancellationTokenSource();
        var gone = _budget.TakeAsync(Clients[3], 1, Patience, patience.Token);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _time.Advance(Patience);
        Assert.Null(await waiting);

        large.Dispose();
        large.Dispose();
        other!.Dispose();
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task Whoever_fits_goes_on_as_soon_as_there_is_room()
    {
        var held = new[] { await TakeAsync(0, 50), await TakeAsync(1, 50) };
        var waiting = new[] { TakeAsync(2, 30), TakeAsync(3, 20), TakeAsync(2, 30) };

        held[0]!.Dispose();

        Assert.Equal([30, 20], (await Task.WhenAll(waiting[..2])).Select(share => share!.Bytes));
        Assert.False(waiting[2].IsCompleted);
    }

    private Task<ByteShare?> TakeAsync(int client, long bytes) => _budget.TakeAsync(Clients[client], bytes, Patience, CancellationToken.None);
}
