using System.Buffers;
using System.IO.Pipelines;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>
/// Takes an answer from git to where it goes, at the pace of the slower. It stays on the thread that it is called on, which is git's own for this
/// (<see cref="UploadPackRun"/>): to be woken by the platform for each of git's writes would cost more than the bytes.
/// </summary>
internal static class PackPump
{
    // What git's pipe may hold by the time that it is read: a slow client holds one such buffer.
    private const int BufferBytes = 256 * 1024;

    /// <summary>To a client.</summary>
    /// <param name="stdout">git's output.</param>
    /// <param name="client">Takes it.</param>
    /// <param name="chunks">Moves what is long past this process; null where that is not possible.</param>
    /// <param name="tail">Sees it.</param>
    /// <param name="report">Told how many bytes there were so far.</param>
    /// <param name="ended">The client is gone, or the time is up.</param>
    public static Task SendAsync(Stream stdout, PipeWriter client, DirectChunks? chunks, AnswerTail tail, Action<long> report, CancellationToken ended)
    {
        while (true)
        {
            if (chunks is not null && stdout is GatheringStream pipe && chunks.Move(pipe, ended) is > 0 and var moved)
            {
                tail.Skip(moved);
                report(tail.Length);
                continue;
            }

            var memory = client.GetMemory(BufferBytes);
            var count = stdout.Read(memory.Span);
            if (count == 0)
            {
                return Task.CompletedTask;
            }

            tail.Observe(memory.Span[..count]);
            report(tail.Length);
            client.Advance(count);
            var flush = client.FlushAsync(ended);
            if (!flush.IsCompletedSuccessfully)
            {
                flush.AsTask().GetAwaiter().GetResult();
            }

            chunks?.Flushed(count);
        }
    }

    /// <summary>Into an answer that is stored.</summary>
    /// <param name="stdout">git's output.</param>
    /// <param name="answer">Takes it.</param>
    /// <param name="tail">Sees it.</param>
    /// <param name="ended">Nobody wants it any more, or the time is up.</param>
    public static Task StoreAsync(Stream stdout, StoredAnswer answer, AnswerTail tail, CancellationToken ended)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = stdout.Read(buffer)) > 0)
            {
                tail.Observe(buffer.AsSpan(0, count));
                var append = answer.AppendAsync(buffer.AsMemory(0, count), ended);
                if (!append.IsCompletedSuccessfully)
                {
                    append.AsTask().GetAwaiter().GetResult();
                }
            }

            return Task.CompletedTask;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
