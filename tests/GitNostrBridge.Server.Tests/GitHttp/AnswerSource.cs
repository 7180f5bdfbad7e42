using System.Text;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>An answer in memory or in a file, to be sent past Kestrel.</summary>
internal sealed class AnswerSource : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _content;
    private readonly FileStream? _file;

    public AnswerSource(bool isStored, int length)
    {
        _content = new byte[length];
        for (var index = 0; index < length; index++)
        {
            _content[index] = (byte)('a' + (index % 23));
        }

        if (isStored)
        {
            _file = new FileStream(_folder.Sub("answer"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            RandomAccess.Write(_file.SafeFileHandle, _content, 0);
        }
    }

    public string Text => Encoding.ASCII.GetString(_content);

    /// <summary>Sends what comes after an offset, or a piece of it.</summary>
    public ValueTask<int> SendAsync(DirectChunks chunks, int offset) =>
        _file is null ? chunks.SendAsync(new ArraySegment<byte>(_content)[offset..]) : chunks.SendAsync(_file, offset, _content.Length - offset);

    public void Dispose()
    {
        _file?.Dispose();
        _folder.Dispose();
    }
}
