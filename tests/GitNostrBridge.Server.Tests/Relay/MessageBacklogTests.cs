using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server.Tests;

public sealed class MessageBacklogTests
{
    private const int Large = 200 * 1024;

    private static readonly Task<PreparedMessage> Message = Task.FromResult(new PreparedMessage(new ClientMessage.Close("x")));

    private readonly MessageBacklog _backlog = new();

    [Fact]
    public async Task A_large_message_waits_until_the_one_before_it_is_answered_and_a_small_one_does_not()
    {
        await AddAsync(Large);
        await AddAsync(1_000);
        var waiting = _backlog.WaitForRoomAsync(Large, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        await using var reader = _backlog.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        await reader.MoveNextAsync();
        Assert.False(waiting.IsCompleted);
        await reader.MoveNextAsync();

        Assert.True(await waiting.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task One_that_is_larger_than_all_may_be_alone_and_nobody_waits_beyond_the_end()
    {
        await AddAsync(100 * Large);
        var waiting = _backlog.WaitForRoomAsync(1, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        _backlog.Complete();

        Assert.False(await waiting.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private async Task AddAsync(int bytes)
    {
        Assert.True(await _backlog.WaitForRoomAsync(bytes, CancellationToken.None));
        _backlog.Add(Message, bytes);
    }
}
