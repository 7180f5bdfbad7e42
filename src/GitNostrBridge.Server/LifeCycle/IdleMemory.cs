namespace GitNostrBridge.Server;

/// <summary>
/// Gives memory back to the machine once the server has nothing to do: .NET collects when memory is asked for, so a server that has become quiet
/// would keep what its start or its last busy time has left; Linux unmaps what was read of the executable when memory is short.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="allocated">Bytes asked for since the process began.</param>
/// <param name="held">Bytes that the heap holds.</param>
/// <param name="collect">Collects what is not used, puts the rest together, and gives the machine what that frees.</param>
/// <param name="release">Gives the machine what was read of the executable.</param>
public sealed class IdleMemory(TimeProvider time, Func<long> allocated, Func<long> held, Action collect, Action release) : BackgroundService
{
    // Bytes that the server's own timers, and somebody who looks after its health, ask for in that time.
    private const long Little = 256 << 10;

    // Bytes; less is not worth the work.
    private const long Worth = 4 << 20;

    private long _before = allocated();

    private long _collected;

    private long _released;

    /// <summary>How long hardly anything must have been asked for.</summary>
    public static TimeSpan Quiet { get; } = TimeSpan.FromSeconds(3);

    /// <summary>For the memory of this process.</summary>
    public static IdleMemory OfThisProcess(TimeProvider time) =>
        new(time, () => GC.GetTotalAllocatedBytes(), () => GC.GetTotalMemory(forceFullCollection: false), Collect, ExecutablePages.Release);

    /// <summary>Collects and releases, if the server is quiet and it is worth it; called every <see cref="Quiet"/>.</summary>
    internal void Look()
    {
        var now = allocated();
        var isQuiet = now - _before < Little;

        // A collection costs what the heap holds. As much must have been asked for, so that the work stays in proportion; what the start has left is
        // mostly waste, though nothing may have been collected yet.
        if (isQuiet && (_collected == 0 || now - _collected >= Math.Max(Worth, held())))
        {
            collect();
            _collected = now;
        }

        // This costs next to nothing, and little work brings many pages back.
        if (isQuiet && now - _released >= Little)
        {
            release();
            _released = now;
        }

        _before = now;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Quiet, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
