namespace GitNostrBridge.Server;

/// <summary>The parts that know whether the server begins, serves or ends.</summary>
internal static class LifeCycleParts
{
    /// <summary>Registers them; the host ends as <see cref="GracefulStop"/> says.</summary>
    public static void AddLifeCycle(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.AddSingleton<Draining>();
        services.AddSingleton<ReadinessPage>();
        services.AddSingleton<IHostLifetime, GracefulStop>();
        services.AddHostedService(provider => IdleMemory.OfThisProcess(provider.GetRequiredService<TimeProvider>()));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = GracefulStop.CloseTimeOut);
    }
}
