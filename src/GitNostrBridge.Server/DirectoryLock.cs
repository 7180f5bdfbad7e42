using System.Diagnostics;

namespace GitNostrBridge.Server;

/// <summary>Keeps a second process out of a directory, by a lock on a file in it that ends with the process, however that ends.</summary>
public sealed class DirectoryLock : IDisposable
{
    /// <summary>The file that is locked.</summary>
    public const string FileName = ".lock";

    // A child that a killed server was just starting holds the lock too, until it has become another program.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, and makes the directory when it is not there; null, with the reason for an operator, when it is not to be had.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="setting">The setting that names it, such as `Storage:GitPath`.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    public static DirectoryLock? TryTake(string directory, string setting, out string? problem)
    {
        problem = null;
        try
        {
            Directory.CreateDirectory(directory);
            return new DirectoryLock(Open(Path.Combine(directory, FileName)));
        }
        catch (IOException failure)
        {
            problem = $"{directory} ({setting}) is in use by another process, or not usable: {failure.Message.TrimEnd('.')}. Stop the other one, or give this one a directory of its own";
        }
        catch (UnauthorizedAccessException failure)
        {
            problem = $"{directory} ({setting}) cannot be written: {failure.Message.TrimEnd('.')}. Give it to the user that this server runs as";
        }

        return null;
    }

    private static FileStream Open(string file)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>Lets others in.</summary>
    public void Dispose() => _file.Dispose();
}
