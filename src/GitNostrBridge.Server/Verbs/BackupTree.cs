using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>
/// The files of a backup that is being taken. A file that never changes (a pack, an object) and is in the backup before, or in this one already, gets a
/// second name instead of a second copy.
/// </summary>
internal sealed class BackupTree
{
    private const int BufferBytes = 1 << 20;

    private readonly string _folder;
    private readonly Dictionary<string, (string FullPath, BackupFile File)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BackupFile> _files = new(StringComparer.Ordinal);

    /// <summary>Begins one.</summary>
    /// <param name="folder">Where it is built; on the file system of the backup before.</param>
    /// <param name="previous">The backup before, or null.</param>
    public BackupTree(string folder, (string Folder, BackupManifest Manifest)? previous)
    {
        _folder = folder;
        foreach (var file in previous?.Manifest.Files ?? [])
        {
            if (ContentName(file.Path) is { } name)
            {
                _known[name] = (Path.Combine(previous!.Value.Folder, file.Path), file);
            }
        }
    }

    /// <summary>Bytes that are new on the disk.</summary>
    public long CopiedBytes { get; private set; }

    /// <summary>Files that are new on the disk.</summary>
    public int CopiedFiles { get; private set; }

    /// <summary>Bytes that were on the disk already.</summary>
    public long LinkedBytes { get; private set; }

    /// <summary>Files that were on the disk already.</summary>
    public int LinkedFiles { get; private set; }

    /// <summary>All files, in the order of their paths.</summary>
    public IReadOnlyList<BackupFile> Files => [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>Whether a file of this path is in it.</summary>
    public bool Contains(string path) => _files.ContainsKey(path);

    /// <summary>Adds a file that never changes.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    public async Task AddImmutableAsync(string source, string path, CancellationToken cancellationToken)
    {
        var name = ContentName(path) ?? path;
        if (_known.TryGetValue(name, out var known) && known.File.Bytes == new FileInfo(source).Length && HardLink.TryCreate(known.FullPath, Prepare(path)))
        {
            LinkedBytes += known.File.Bytes;
            LinkedFiles++;
            _files[path] = known.File with { Path = path };
        }
        else
        {
            await AddAsync(source, path, cancellationToken).ConfigureAwait(false);
        }

        _known[name] = (Path.Combine(_folder, path), _files[path]);
    }

    /// <summary>Copies a file.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    public async Task AddAsync(string source, string path, CancellationToken cancellationToken)
    {
        var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (input.ConfigureAwait(false))
        {
            var (bytes, hash) = await CopyAsync(input, Prepare(path), isPrivate: true, cancellationToken).ConfigureAwait(false);
            Note(new BackupFile(path, bytes, hash));
        }
    }

    /// <summary>Adds a text.</summary>
    public async Task AddTextAsync(string text, string path, CancellationToken cancellationToken)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var (bytes, hash) = await CopyAsync(input, Prepare(path), isPrivate: true, cancellationToken).ConfigureAwait(false);
        Note(new BackupFile(path, bytes, hash));
    }

    /// <summary>Takes a file out again.</summary>
    public void Remove(string path)
    {
        File.Delete(Path.Combine(_folder, path));
        _files.Remove(path);
        if (ContentName(path) is { } name && _known.TryGetValue(name, out var known) && known.FullPath == Path.Combine(_folder, path))
        {
            _known.Remove(name);
        }
    }

    /// <summary>Takes all files below a folder out again.</summary>
    public void RemoveBelow(string folder) => _files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).ToList().ForEach(Remove);

    /// <summary>Copies a stream into a new file; gives its length and checksum.</summary>
    /// <param name="input">What to copy.</param>
    /// <param name="target">The new file.</param>
    /// <param name="isPrivate">Whether its owner alone may read it.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    internal static async Task<(long Bytes, string Sha256)> CopyAsync(Stream input, string target, bool isPrivate, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1, Options = FileOptions.Asynchronous };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long bytes = 0;
        try
        {
            var output = new FileStream(target, options);
            await using (output.ConfigureAwait(false))
            {
                while (await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    hash.AppendData(buffer, 0, count);
                    await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    bytes += count;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The name that says what an immutable file holds, whatever repository it lies in: of a pack or an object; null for others.</summary>
    internal static string? ContentName(string path)
    {
        var parts = path.Split('/');
        var at = Array.LastIndexOf(parts, "objects");
        return at >= 0 && at == parts.Length - 3 && !path.EndsWith(".mtimes", StringComparison.Ordinal) ? $"{parts[^2]}/{parts[^1]}" : null;
    }

    private string Prepare(string path)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    private void Note(BackupFile file)
    {
        CopiedBytes += file.Bytes;
        CopiedFiles++;
        _files[file.Path] = file;
    }
}
