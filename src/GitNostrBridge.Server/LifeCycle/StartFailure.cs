using System.Data.Common;
using System.Net.Sockets;

namespace GitNostrBridge.Server;

/// <summary>A start that failed for a reason outside of the program: told in words, without the trace of a fault of ours.</summary>
internal static class StartFailure
{
    /// <summary>What is opened, or null once its failure is told.</summary>
    public static async Task<T?> CatchAsync<T>(Func<Task<T>> open)
        where T : class
    {
        try
        {
            return await open().ConfigureAwait(false);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            await TellAsync(failure).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs the server to its end, and gives the exit code.</summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            await TellAsync(failure).ConfigureAwait(false);
            return 1;
        }
    }

    private static bool IsExpected(Exception failure) =>
        failure is IOException or SocketException or UnauthorizedAccessException or DbException or NotSupportedException or InvalidDataException;

    private static Task TellAsync(Exception failure) => Console.Error.WriteLineAsync(
        $"The server could not start: {failure.Message}\n  Look at what this names: a port that is taken (Urls), a missing permission (Storage:*, Grasp:OwnerKeyFile), a full disk, or data of another version.");
}
