using System.Reflection;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server.Tests;

/// <summary>A store that counts what it is asked, and how much of what waits it hands out.</summary>
public class CountingStore : DispatchProxy
{
    private IEventStore _store = null!;
    private int _calls;
    private int _waiting;
    private int _largest;

    /// <summary>Questions and writes.</summary>
    public int Calls => _calls;

    /// <summary>Waiting events that it has handed out, each as often as it was.</summary>
    public int Waiting => _waiting;

    /// <summary>As many were in one answer.</summary>
    public int Largest => _largest;

    /// <summary>The store, and the counter that stands before it.</summary>
    public static (IEventStore Store, CountingStore Count) Around(IEventStore store)
    {
        var counting = Create<IEventStore, CountingStore>();
        var count = (CountingStore)(object)counting;
        count._store = store;
        return (counting, count);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Interlocked.Increment(ref _calls);
        return targetMethod!.Invoke(_store, args) switch
        {
            Task<HeldPart> part => CountAsync(part, answer => answer.Events.Count),
            Task<AddressedEvents> addressed => CountAsync(addressed, answer => answer.Held.Count),
            Task<IReadOnlyList<HeldEvent>> held => CountAsync(held, answer => answer.Count),
            var other => other,
        };
    }

    private async Task<T> CountAsync<T>(Task<T> answering, Func<T, int> size)
    {
        var answer = await answering;
        Interlocked.Add(ref _waiting, size(answer));
        _largest = Math.Max(_largest, size(answer));
        return answer;
    }
}
