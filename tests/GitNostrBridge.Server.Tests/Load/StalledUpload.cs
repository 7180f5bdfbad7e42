using System.Net.Sockets;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>A client who begins a POST and then says nothing more.</summary>
internal sealed class StalledUpload : IDisposable
{
    private readonly TcpClient _client;

    private StalledUpload(TcpClient client) => _client = client;

    /// <summary>Sends the request's head and the first bytes of a body that is said to be longer.</summary>
    public static async Task<StalledUpload> BeginAsync(Uri server, string path, string bodyStart)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var head = $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/x-git-request\r\nContent-Length: {bodyStart.Length + 1000}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + bodyStart));
        return new StalledUpload(client);
    }

    /// <summary>Reads until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(_client.GetStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
