using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Benchmarks;

/// <summary>
/// What most git hosts of this field run: Debian's nginx, fcgiwrap and git's own git-http-backend, over the same bare repositories. Two processes of
/// ours on loopback, with their files in a temporary folder; both end with it.
/// </summary>
internal sealed class BaselineServer : IAsyncDisposable
{
    /// <summary>How many requests fcgiwrap serves at once.</summary>
    private const int Workers = 16;

    private static readonly TimeSpan StartTimeOut = TimeSpan.FromSeconds(20);

    private readonly Process _fcgiwrap;

    private readonly Process _nginx;

    private BaselineServer(Process fcgiwrap, Process nginx, Uri address) => (_fcgiwrap, _nginx, Address) = (fcgiwrap, nginx, address);

    /// <summary>Below it: every bare repository of the folder by its path, and the files of the folder `static` below `/static/`.</summary>
    public Uri Address { get; }

    /// <summary>The processes from which all others of the stack descend.</summary>
    public IReadOnlyList<int> Roots => [_fcgiwrap.Id, _nginx.Id];

    /// <summary>Starts both and waits until they answer.</summary>
    /// <param name="root">Served, with everything below it.</param>
    /// <param name="own">A folder for configuration, sockets and temporary files; made.</param>
    /// <exception cref="InvalidOperationException">nginx, fcgiwrap or git-http-backend is missing or does not start.</exception>
    public static async Task<BaselineServer> StartAsync(string root, string own)
    {
        Directory.CreateDirectory(own);
        var port = FreePort();
        var socket = Path.Combine(own, "fcgiwrap");
        var backend = await new TestGit(Path.Combine(own, "home")).OkAsync(own, "--exec-path");
        var configuration = Path.Combine(own, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(root, own, port, socket, Path.Combine(backend, "git-http-backend")));
        var fcgiwrap = Start("fcgiwrap", own, "-c", $"{Workers}", "-s", $"unix:{socket}");
        var nginx = Start("nginx", own, "-p", own, "-c", configuration, "-e", "error.log", "-g", "daemon off;");
        var server = new BaselineServer(fcgiwrap, nginx, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await server.WaitAsync(port, socket);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _nginx, _fcgiwrap })
        {
            // fcgiwrap leaves its workers behind when it alone is ended.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static string Configuration(string root, string own, int port, string socket, string backend) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes auto;
        pid {{own}}/nginx.pid;
        events { worker_connections 512; }
        http {
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 100000000;
            client_max_body_size 0;
            client_body_temp_path {{own}}/body;
            fastcgi_temp_path {{own}}/fastcgi;
            proxy_temp_path {{own}}/proxy;
            uwsgi_temp_path {{own}}/uwsgi;
            scgi_temp_path {{own}}/scgi;
            server {
                listen 127.0.0.1:{{port}};
                location /static/ { root {{root}}; }
                location / {
                    fastcgi_pass unix:{{socket}};
                    fastcgi_buffers 16 64k;
                    fastcgi_request_buffering off;
                    fastcgi_read_timeout 600;
                    fastcgi_param SCRIPT_FILENAME {{backend}};
                    fastcgi_param GIT_PROJECT_ROOT {{root}};
                    fastcgi_param GIT_HTTP_EXPORT_ALL "";
                    fastcgi_param GIT_PROTOCOL $http_git_protocol;
                    fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
                    fastcgi_param PATH_INFO $uri;
                    fastcgi_param QUERY_STRING $query_string;
                    fastcgi_param REQUEST_METHOD $request_method;
                    fastcgi_param CONTENT_TYPE $content_type;
                    fastcgi_param CONTENT_LENGTH $content_length;
                    fastcgi_param REMOTE_ADDR $remote_addr;
                    fastcgi_param REMOTE_USER nobody;
                }
            }
        }
        """;

    private static Process Start(string program, string own, params string[] arguments)
    {
        var path = $"/usr/sbin/{program}";
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"{path} is missing: the baseline needs Debian's nginx and fcgiwrap (apt-get install nginx-light fcgiwrap)");
        }

        var start = new ProcessStartInfo(path, arguments) { WorkingDirectory = own, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = Path.Combine(own, "home");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitAsync(int port, string socket)
    {
        using var timeOut = new CancellationTokenSource(StartTimeOut);
        while (true)
        {
            if (_nginx.HasExited || _fcgiwrap.HasExited)
            {
                throw new InvalidOperationException($"the baseline did not start; see {Path.Combine(_nginx.StartInfo.WorkingDirectory, "error.log")}");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, timeOut.Token);
                if (File.Exists(socket))
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), timeOut.Token);
        }
    }
}
