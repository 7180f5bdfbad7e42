using System.IO.Pipelines;

namespace GitNostrBridge.Server;

/// <summary>One reader of a stored answer, from its beginning, at his own pace. As long as he is not disposed, the answer stays readable.</summary>
public sealed class AnswerReader : IDisposable
{
    private readonly StoredAnswer _answer;

    internal AnswerReader(StoredAnswer answer) => _answer = answer;

    /// <summary>The whole answer's length in bytes; null while it grows.</summary>
    public long? Length => _answer.CompleteLength;

    /// <summary>How much he has taken; the answer keeps the count.</summary>
    internal long Position { get; set; }

    /// <summary>Sends the answer, what is there and what comes, to its end.</summary>
    /// <param name="output">Takes the bytes at the client's pace.</param>
    /// <param name="chunks">Takes what lies in the file past this process; null where that is not possible.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    internal async Task<AnswerEnd> CopyToAsync(PipeWriter output, DirectChunks? chunks, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (chunks is not null && await _answer.TrySendAsync(this, chunks).ConfigureAwait(false))
            {
                continue;
            }

            var memory = output.GetMemory(StoredAnswer.ChunkBytes);
            var count = _answer.TryRead(this, memory.Span);
            if (count > 0)
            {
                output.Advance(count);
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                chunks?.Flushed(count);
            }
            else if (_answer.EndAfter(Position) is { } end)
            {
                return end;
            }
            else
            {
                await _answer.ChangeAfterAsync(Position).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _answer.Leave(this);
}
