namespace GitNostrBridge.Server;

/// <summary>The locks on the git and on the relay directory: one server at a time in either.</summary>
public sealed class DataLocks : IDisposable
{
    private readonly List<DirectoryLock> _locks = [];

    private DataLocks()
    {
    }

    /// <summary>Takes both; null, once the reasons are told on standard error, when one is not to be had.</summary>
    public static async Task<DataLocks?> TryTakeAsync(StorageOptions storage)
    {
        var problems = new List<string>();
        var locks = TryTake(storage, problems);
        if (locks is null)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', problems)).ConfigureAwait(false);
        }

        return locks;
    }

    /// <summary>Takes both; null, with the problems, when one is not to be had.</summary>
    public static DataLocks? TryTake(StorageOptions storage, ICollection<string> problems)
    {
        var locks = new DataLocks();
        locks.Take(storage.GitPath, "Storage:GitPath", problems);
        if (storage.Backend != StorageBackend.Memory && Path.GetFullPath(storage.RelayPath) != Path.GetFullPath(storage.GitPath))
        {
            locks.Take(storage.RelayPath, "Storage:RelayPath", problems);
        }

        if (problems.Count == 0)
        {
            return locks;
        }

        locks.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _locks.ForEach(taken => taken.Dispose());

    private void Take(string directory, string setting, ICollection<string> problems)
    {
        if (DirectoryLock.TryTake(directory, setting, out var problem) is { } taken)
        {
            _locks.Add(taken);
        }
        else
        {
            problems.Add(problem!);
        }
    }
}
