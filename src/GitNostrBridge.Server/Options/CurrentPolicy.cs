using GitNostrBridge.Grasp;
using Microsoft.Extensions.Primitives;

namespace GitNostrBridge.Server;

/// <summary>The operator's lists as they are now: read again, without a restart, whenever appsettings.json changes.</summary>
public sealed partial class CurrentPolicy : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ILogger<CurrentPolicy> _logger;
    private readonly IDisposable _watch;
    private volatile AdmissionPolicy _current = AdmissionPolicy.Open;

    /// <summary>Reads the lists, whose problems the start has told already, and watches for changes.</summary>
    public CurrentPolicy(IConfiguration configuration, ILogger<CurrentPolicy> logger)
    {
        (_configuration, _logger) = (configuration, logger);
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        Reload();
    }

    /// <summary>The lists.</summary>
    public AdmissionPolicy Read() => _current;

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    // A list with a slip of the pen must not open the door: the former one stays.
    private void Reload()
    {
        var problems = new List<string>();
        var read = PolicyOptions.Read(new SettingsReader(_configuration, problems).Section("Policy")).ToPolicy();
        if (problems.Count == 0)
        {
            _current = read;
        }
        else
        {
            LogUnusable(_logger, string.Join("; ", problems));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed lists are not used: {Problems}")]
    private static partial void LogUnusable(ILogger logger, string problems);
}
