using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GitNostrBridge.TestKit;

/// <summary>Keeps what is logged as a warning or an error.</summary>
public sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = [];

    public IReadOnlyCollection<string> Errors => _errors;

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, _errors);

    public void Dispose()
    {
    }

    private sealed class Category(string name, ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{name}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
