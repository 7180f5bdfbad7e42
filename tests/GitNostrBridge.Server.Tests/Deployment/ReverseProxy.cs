using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>A reverse proxy of this machine, set up by its file in deploy/: as it stands there but for the name, the ports and TLS.</summary>
internal sealed class ReverseProxy : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeOut = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private readonly string _log;

    private ReverseProxy(Process process, string log) => (_process, _log) = (process, log);

    /// <summary>What it complained about.</summary>
    public string Complaints => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>The most memory that it has had, in MB.</summary>
    public long PeakMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>A port of the loopback address that nobody uses.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts `nginx` or `caddy` on a port and waits until it listens.</summary>
    public static async Task<ReverseProxy> StartAsync(string program, TestFolder folder, int port, int serverPort)
    {
        var path = Installed.Find(program);
        var file = folder.Sub(program + ".conf");
        var log = folder.Sub("error.log");
        await File.WriteAllTextAsync(file, program == "nginx" ? Nginx(folder, log, port, serverPort) : Caddy(port, serverPort));
        var start = new ProcessStartInfo(path, program == "nginx" ? ["-p", folder.Path, "-c", file] : ["run", "--adapter", "caddyfile", "--config", file])
        {
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = folder.Path;
        start.Environment["XDG_CONFIG_HOME"] = folder.Path;
        start.Environment["XDG_DATA_HOME"] = folder.Path;
        var proxy = new ReverseProxy(Process.Start(start)!, log);
        var errors = proxy._process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!await ListensAsync(port))
        {
            if (proxy._process.HasExited || clock.Elapsed > StartTimeOut)
            {
                await proxy.DisposeAsync();
                throw new InvalidOperationException($"{program} did not start: {await errors}{proxy.Complaints}");
            }
        }

        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Nginx(TestFolder folder, string log, int port, int serverPort)
    {
        var site = SourceTree.Read("deploy/nginx.conf");
        site = Put(site, "listen 443 ssl;", $"listen 127.0.0.1:{port};");
        site = Put(site, "listen [::]:443 ssl;", "");
        site = Put(site, "ssl_certificate /etc/letsencrypt/live/grasp.example.org/fullchain.pem;", "");
        site = Put(site, "ssl_certificate_key /etc/letsencrypt/live/grasp.example.org/privkey.pem;", "");
        site = Put(site, "server 127.0.0.1:7334;", $"server 127.0.0.1:{serverPort};");
        return $$"""
            daemon off;
            master_process off;
            pid {{folder.Sub("nginx.pid")}};
            error_log {{log}} warn;
            events {}
            http {
                access_log off;
                client_body_temp_path {{folder.Sub("client")}};
                proxy_temp_path {{folder.Sub("proxy")}};
                fastcgi_temp_path {{folder.Sub("fastcgi")}};
                uwsgi_temp_path {{folder.Sub("uwsgi")}};
                scgi_temp_path {{folder.Sub("scgi")}};
                {{site}}
            }
            """;
    }

    private static string Caddy(int port, int serverPort) =>
        "{\n\tadmin off\n\tauto_https off\n}\n"
        + Put(Put(SourceTree.Read("deploy/Caddyfile"), "grasp.example.org {", $"http://127.0.0.1:{port} {{"), "127.0.0.1:7334", $"127.0.0.1:{serverPort}");

    private static string Put(string text, string old, string changed)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, changed, StringComparison.Ordinal);
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Delay(20);
            return false;
        }
    }
}
