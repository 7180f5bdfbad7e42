using System.Net.Sockets;
using System.Text;

namespace GitNostrBridge.Server.Tests;

/// <summary>A client who asks for a whole branch, byte by byte the same each time, and reads the answer when he likes.</summary>
internal sealed class UnreadClone : IDisposable
{
    private const int ReceiveBytes = 16 * 1024;

    private readonly TcpClient _client;

    private UnreadClone(TcpClient client) => _client = client;

    /// <summary>Asks, and reads nothing.</summary>
    public static async Task<UnreadClone> BeginAsync(string url, string commit)
    {
        var repository = new Uri(url);
        var client = new TcpClient { ReceiveBufferSize = ReceiveBytes };
        await client.ConnectAsync(repository.Host, repository.Port);
        var request = Line("command=fetch") + Line("object-format=sha1") + "0001" + Line("no-progress") + Line($"want {commit}\n") + Line("done\n") + "0000";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {repository.AbsolutePath}/git-upload-pack HTTP/1.1\r\nHost: {repository.Authority}\r\nConnection: close\r\nGit-Protocol: version=2\r\n"
            + $"Content-Type: application/x-git-upload-pack-request\r\nContent-Length: {request.Length}\r\n\r\n{request}"));
        return new UnreadClone(client);
    }

    /// <summary>Asks and reads: head and body, each byte a character.</summary>
    public static async Task<string> WholeAsync(string url, string commit)
    {
        using var clone = await BeginAsync(url, commit);
        return await clone.ReadToEndAsync();
    }

    /// <summary>Reads until the server closes the connection, however it does so.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var answer = new MemoryStream();
        try
        {
            await _client.GetStream().CopyToAsync(answer);
        }
        catch (IOException)
        {
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public void Dispose() => _client.Dispose();

    private static string Line(string payload) => $"{payload.Length + 4:x4}{payload}";
}
