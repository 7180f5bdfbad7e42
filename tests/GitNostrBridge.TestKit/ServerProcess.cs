using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>The server as a process of its own, to be killed without warning.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeOut = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeOut = TimeSpan.FromSeconds(60);

    // What the console logger puts before a warning, an error, and what ends the process.
    private static readonly string[] ErrorPrefixes = ["warn: ", "fail: ", "crit: "];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _loggedErrors = [];

    private readonly Channel<string> _lines =
        Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>The warnings and errors that it has printed so far.</summary>
    public IReadOnlyCollection<string> LoggedErrors => _loggedErrors;

    /// <summary>Starts the server on a data folder and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string data, params string[] settings)
    {
        var start = Executable.StartInfo(Directory.CreateDirectory(data).FullName, [
            "--Urls=http://127.0.0.1:0",
            $"--Storage:GitPath={Path.Combine(data, "git")}",
            $"--Storage:RelayPath={Path.Combine(data, "relay")}",
            $"--Grasp:OwnerKeyFile={Path.Combine(data, "relay-owner.nsec")}",
            .. settings,
        ]);
        var process = Children.Start(start);
        try
        {
            return await ListeningAsync(process);
        }
        catch
        {
            Children.End(process);
            process.Dispose();
            throw;
        }
    }

    /// <summary>The next line of its output that is meant.</summary>
    public async Task<string> LineAsync(Func<string, bool> isMeant)
    {
        using var timeOut = new CancellationTokenSource(StartTimeOut);
        await foreach (var line in _lines.Reader.ReadAllAsync(timeOut.Token))
        {
            if (isMeant(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException("the server ended without such a line");
    }

    /// <summary>A connection to its relay.</summary>
    public async Task<TestRelay> ConnectAsync() => new(await RelayClient.ConnectAsync(
        new UriBuilder(Address) { Scheme = "ws" }.Uri, StartTimeOut, CancellationToken.None));

    /// <summary>SIGTERM: it ends what it does, and itself.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
        {
            return;
        }

        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var timeOut = new CancellationTokenSource(StopTimeOut);
        await _process.WaitForExitAsync(timeOut.Token);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGKILL, by a caller who cannot wait; nothing happens when it has ended.</summary>
    public void End() => Children.End(_process);

    public ValueTask DisposeAsync()
    {
        End();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ServerProcess> ListeningAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        using var timeOut = new CancellationTokenSource(StartTimeOut);
        var before = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(timeOut.Token) is { } line)
        {
            before.Add(line);
            if (line.IndexOf(" listens on ", StringComparison.Ordinal) is var at and >= 0)
            {
                var server = new ServerProcess(process, new Uri(line[(at + " listens on ".Length)..].Trim()));
                before.ForEach(earlier => server._lines.Writer.TryWrite(earlier));
                _ = server.ReadLogAsync();
                return server;
            }
        }

        throw new InvalidOperationException($"the server did not start: {await errors}");
    }

    // Reads whatever it prints, so that it never blocks on a full pipe.
    private async Task ReadLogAsync()
    {
        var isError = false;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
            isError = line.StartsWith(' ') ? isError : ErrorPrefixes.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal));
            if (isError)
            {
                _loggedErrors.Enqueue(line);
            }
        }

        _lines.Writer.TryComplete();
    }
}
