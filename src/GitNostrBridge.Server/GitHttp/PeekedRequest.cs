using System.IO.Pipelines;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>A look at what a client asks of upload-pack, before anything is done for it.</summary>
internal static class PeekedRequest
{
    // A clone of some thousand refs names each of them; nothing that is answered without git is longer.
    private const int MostBytes = 256 * 1024;

    /// <summary>
    /// Reads a request of protocol version 2; null when it is of another version, large, or only git can make something of it. Consumes nothing: the
    /// next reader of the body gets the same bytes, at once.
    /// </summary>
    public static async ValueTask<UploadPackRequest?> ReadAsync(PipeReader body, string? gitProtocol, CancellationToken cancellationToken)
    {
        if (UploadPackRun.VersionOf(gitProtocol) != 2)
        {
            return null;
        }

        while (true)
        {
            var read = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.IsCompleted || read.Buffer.Length > MostBytes)
            {
                UploadPackRequest? request = null;
                if (read.IsCompleted)
                {
                    UploadPackRequest.TryRead(read.Buffer, out request);
                }

                body.AdvanceTo(read.Buffer.Start);
                return request;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
