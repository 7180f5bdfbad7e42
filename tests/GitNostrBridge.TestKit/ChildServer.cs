using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>The executable as a process with exactly the arguments and variables that a test gives it, whose output a test reads line by line.</summary>
public sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private readonly Task<string> _errors;

    private ChildServer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _ = ReadAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public int Id => _process.Id;

    /// <summary>Starts it in a folder, with no other variables than those that any program has.</summary>
    public static ChildServer Start(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = Executable.StartInfo(Directory.CreateDirectory(folder).FullName, arguments);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new ChildServer(Children.Start(start));
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<ChildServer> ListenAsync(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var server = Start(folder, variables, arguments);
        string line;
        try
        {
            line = await server.LineAsync(" listens on ");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.Address = new Uri(line[(line.IndexOf(" listens on ", StringComparison.Ordinal) + " listens on ".Length)..].Trim());
        return server;
    }

    /// <summary>A connection to its relay, below a base path if there is one.</summary>
    public async Task<TestRelay> ConnectAsync(string path = "/") => new(await RelayClient.ConnectAsync(
        new UriBuilder(Address) { Scheme = "ws", Path = path }.Uri, TimeOut, CancellationToken.None));

    /// <summary>The next line of its output that holds a text.</summary>
    public async Task<string> LineAsync(string text)
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        var passed = new List<string>();
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(timeOut.Token))
            {
                passed.Add(line);
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no line holds `{text}`:\n{string.Join('\n', passed)}");
        }

        throw new InvalidOperationException($"it ended, and no line held `{text}`:\n{string.Join('\n', passed)}\n{await _errors}");
    }

    /// <summary>Sends a signal, such as TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end; its exit code and what it has written on standard error.</summary>
    public async Task<(int Code, string Errors)> ExitAsync()
    {
        using var timeOut = new CancellationTokenSource(TimeOut);
        await _process.WaitForExitAsync(timeOut.Token);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>All that it has written on standard output, once it has ended.</summary>
    public async Task<string> OutputAsync()
    {
        await ExitAsync();
        var lines = new List<string>();
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    public ValueTask DisposeAsync()
    {
        Children.End(_process);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }
}
