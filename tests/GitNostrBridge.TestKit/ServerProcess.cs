using System.Diagnostics;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.TestKit;

/// <summary>The server as a process of its own, to be killed without warning.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeOut = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts the server on a data folder and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string data, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "gitnostrbridge.dll"),
            "--Urls=http://127.0.0.1:0",
            $"--Storage:GitPath={Path.Combine(data, "git")}",
            $"--Storage:RelayPath={Path.Combine(data, "relay")}",
            $"--Grasp:OwnerKeyFile={Path.Combine(data, "relay-owner.nsec")}",
            .. settings,
        ])
        {
            WorkingDirectory = Directory.CreateDirectory(data).FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var timeOut = new CancellationTokenSource(StartTimeOut);
        while (await process.StandardOutput.ReadLineAsync(timeOut.Token) is { } line)
        {
            if (line.IndexOf(" listens on ", StringComparison.Ordinal) is var at and >= 0)
            {
                // Whatever else it prints is read, so that it never blocks on a full pipe.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new ServerProcess(process, new Uri(line[(at + " listens on ".Length)..].Trim()));
            }
        }

        throw new InvalidOperationException($"the server did not start: {await errors}");
    }

    /// <summary>A connection to its relay.</summary>
    public async Task<TestRelay> ConnectAsync() => new(await RelayClient.ConnectAsync(
        new UriBuilder(Address) { Scheme = "ws" }.Uri, StartTimeOut, CancellationToken.None));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
