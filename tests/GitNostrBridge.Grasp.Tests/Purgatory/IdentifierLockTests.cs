namespace GitNostrBridge.Grasp.Tests;

public sealed class IdentifierLockTests
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    private readonly IdentifierLock _turns = new();

    [Fact]
    public async Task One_turn_at_a_time_and_other_identifiers_do_not_wait()
    {
        var first = await _turns.EnterAsync("a", CancellationToken.None);
        var second = _turns.EnterAsync("a", CancellationToken.None);
        using (await _turns.EnterAsync("b", CancellationToken.None).WaitAsync(TimeOut))
        {
            Assert.False(second.IsCompleted);
        }

        first.Dispose();
        (await second.WaitAsync(TimeOut)).Dispose();
    }

    [Fact]
    public async Task Who_can_wait_is_told_when_somebody_else_wants_the_turn_and_not_before()
    {
        var patient = await _turns.EnterYieldingAsync("a", CancellationToken.None);
        Assert.False(patient.Wanted.IsCancellationRequested);

        var other = _turns.EnterAsync("a", CancellationToken.None);
        Assert.True(patient.Wanted.IsCancellationRequested);
        Assert.False(other.IsCompleted);
        patient.Dispose();
        var taken = await other.WaitAsync(TimeOut);

        // Whoever holds an ordinary turn is not disturbed, and one who waits behind a patient one is seen as soon as that has its turn.
        var again = _turns.EnterYieldingAsync("a", CancellationToken.None);
        var third = _turns.EnterAsync("a", CancellationToken.None);
        taken.Dispose();
        using (var late = await again.WaitAsync(TimeOut))
        {
            Assert.True(late.Wanted.IsCancellationRequested);
        }

        (await third.WaitAsync(TimeOut)).Dispose();
    }

    [Fact]
    public async Task Several_turns_are_taken_in_one_order_and_given_back_when_one_cannot_be_had()
    {
        var held = await _turns.EnterAsync("b", CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var all = _turns.EnterAllAsync(["b", "a", "b"], patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        (await _turns.EnterAsync("a", CancellationToken.None).WaitAsync(TimeOut)).Dispose();
        held.Dispose();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            using var turn = await _turns.EnterAllAsync(number % 2 == 0 ? ["a", "b"] : ["b", "a"], CancellationToken.None);
            await Task.Yield();
        })).WaitAsync(TimeOut);
    }
}
