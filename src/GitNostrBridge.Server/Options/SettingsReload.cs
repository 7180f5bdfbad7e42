using System.Runtime.InteropServices;

namespace GitNostrBridge.Server;

/// <summary>
/// Reads the settings again on SIGHUP and when appsettings.json changes. Lists and limits count at once; a file that is not usable changes
/// nothing, so that a slip of the pen opens no door.
/// </summary>
public sealed partial class SettingsReload(
    IConfiguration configuration, IHostEnvironment environment, CurrentPolicy policy, CurrentLimits limits, TimeProvider time, ILogger<SettingsReload> logger)
    : IHostedService, IDisposable
{
    private const string FileName = "appsettings.json";

    // An editor writes in several steps, and half a file is no settings.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();

    private IReadOnlyList<Setting> _settings = [];

    private FileSystemWatcher? _watcher;

    private PosixSignalRegistration? _signal;

    private ITimer? _settled;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _settings = Read([]).Settings;
        _settled = time.CreateTimer(_ => Reload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!OperatingSystem.IsWindows())
        {
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                Reload();
            });
        }

        // Only this folder: what lies below may be thousands of repositories.
        _watcher = new FileSystemWatcher(environment.ContentRootPath, FileName);
        _watcher.Changed += (_, _) => Settle();
        _watcher.Created += (_, _) => Settle();
        _watcher.Renamed += (_, _) => Settle();
        _watcher.EnableRaisingEvents = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher?.Dispose();
        _signal?.Dispose();
        _settled?.Dispose();
    }

    private void Settle() => _settled?.Change(Settling, Timeout.InfiniteTimeSpan);

    private void Reload()
    {
        lock (_gate)
        {
            var problems = new List<string>();
            if (!TryReadSources(problems))
            {
                LogUnusable(logger, problems[0]);
                return;
            }

            var (options, settings) = Read(problems);
            if (problems.Count > 0)
            {
                LogUnusable(logger, string.Join("; ", problems));
                return;
            }

            policy.Replace(options.Policy);
            limits.Replace(options.Limits);
            Tell(settings);
            _settings = settings;
        }
    }

    private bool TryReadSources(List<string> problems)
    {
        try
        {
            ((IConfigurationRoot)configuration).Reload();
            return true;
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            problems.Add(failure.InnerException?.Message ?? failure.Message);
            return false;
        }
    }

    private (ServerOptions Options, IReadOnlyList<Setting> Settings) Read(List<string> problems)
    {
        var reader = new SettingsReader(configuration, problems);
        return (ServerOptions.Read(reader), reader.Settings);
    }

    private void Tell(IReadOnlyList<Setting> settings)
    {
        var changed = settings.Zip(_settings).Where(pair => pair.First != pair.Second).ToList();
        foreach (var (now, before) in changed)
        {
            if (IsLive(now.Key))
            {
                LogChanged(logger, now.Key, before.Shown, now.Shown);
            }
            else
            {
                LogNeedsRestart(logger, now.Key, before.Shown, now.Shown);
            }
        }

        if (changed.Count == 0)
        {
            LogUnchanged(logger);
        }
    }

    private static bool IsLive(string key) => key.Split(':') switch
    {
        ["Policy", _] => true,
        ["Limits", var name] => !CurrentLimits.Fixed.Contains(name),
        _ => false,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed settings are not used, the former ones stay: {Problems}")]
    private static partial void LogUnusable(ILogger logger, string problems);

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings read again: {Key} was `{Before}`, is now `{Now}`")]
    private static partial void LogChanged(ILogger logger, string key, string before, string now);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings read again: {Key} was `{Before}`; `{Now}` counts from the next start")]
    private static partial void LogNeedsRestart(ILogger logger, string key, string before, string now);

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings read again: nothing has changed")]
    private static partial void LogUnchanged(ILogger logger);
}
