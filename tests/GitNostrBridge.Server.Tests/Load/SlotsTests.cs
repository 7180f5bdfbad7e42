using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

public sealed class SlotsTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task One_address_has_half_of_the_slots_and_half_of_the_queue()
    {
        var slots = Create(most: 4, mostWaiting: 4);
        Assert.NotNull(await TakeAsync(slots, "a", One));
        Assert.NotNull(await TakeAsync(slots, "b", One));
        var third = TakeAsync(slots, "c", One);
        var fourth = TakeAsync(slots, "d", One);
        Assert.Null(await TakeAsync(slots, "e", One));
        Assert.NotNull(await TakeAsync(slots, "f", Two));
        Assert.False(third.IsCompleted || fourth.IsCompleted);
    }

    [Fact]
    public async Task One_repository_has_half_of_the_slots()
    {
        var slots = Create(most: 4, mostWaiting: 4);
        Assert.NotNull(await TakeAsync(slots, "a", IPAddress.Parse("192.0.2.3")));
        Assert.NotNull(await TakeAsync(slots, "a", IPAddress.Parse("192.0.2.4")));
        Assert.False(TakeAsync(slots, "a", One).IsCompleted);
        Assert.NotNull(await TakeAsync(slots, "b", One));
    }

    [Fact]
    public async Task A_freed_slot_goes_to_the_address_that_has_the_fewest()
    {
        var slots = Create(most: 2, mostWaiting: 10);
        var first = await TakeAsync(slots, "a", One);
        var second = await TakeAsync(slots, "b", IPAddress.Parse("192.0.2.9"));
        var again = TakeAsync(slots, "c", One);
        var other = TakeAsync(slots, "d", Two);
        second!.Dispose();
        Assert.NotNull(await other);
        Assert.False(again.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await again);
    }

    [Fact]
    public async Task Waiting_ends_with_the_time_and_with_the_callers_patience_and_leaves_no_trace()
    {
        var slots = Create(most: 1, mostWaiting: 10);
        var taken = await TakeAsync(slots, "a", One);
        var late = TakeAsync(slots, "a", One);
        using var patience = new CancellationTokenSource();
        var gone = slots.TakeAsync("a", Two, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(await late);
        taken!.Dispose();
        taken.Dispose();
        Assert.NotNull(await TakeAsync(slots, "a", One));
        Assert.False(TakeAsync(slots, "a", Two).IsCompleted);
    }

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void Addresses_count_by_what_one_customer_gets(string address, string counted) =>
        Assert.Equal(IPAddress.Parse(counted), ClientAddress.Of(IPAddress.Parse(address)));

    private Slots Create(int most, int mostWaiting) => new(most, mostWaiting, TimeSpan.FromSeconds(30), _time);

    private static Task<IDisposable?> TakeAsync(Slots slots, string repository, IPAddress address) =>
        slots.TakeAsync(repository, address, CancellationToken.None);
}
