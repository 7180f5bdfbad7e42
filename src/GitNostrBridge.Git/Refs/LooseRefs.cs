namespace GitNostrBridge.Git;

/// <summary>The refs that have a file each, and the folders below `refs/`.</summary>
internal sealed class LooseRefs
{
    // A ref's file holds 41 bytes, or the name of another ref.
    private const int MostBytes = 2 * RefName.MaxBytes;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, MatchType = MatchType.Simple };

    private readonly string _repository;
    private readonly Func<RefName, FileStamp, RawRef?> _known;
    private readonly List<WatchedFile> _folders = [];
    private readonly List<(RawRef Ref, WatchedFile File)> _refs = [];

    private LooseRefs(string repository, Func<RefName, FileStamp, RawRef?> known) => (_repository, _known) = (repository, known);

    /// <summary>All folders, `refs` itself too.</summary>
    public IReadOnlyList<WatchedFile> Folders => _folders;

    /// <summary>The refs and their files, in the order of their names.</summary>
    public IReadOnlyList<(RawRef Ref, WatchedFile File)> Refs => _refs;

    /// <summary>Reads them; null when there is anything that git does not write.</summary>
    /// <param name="repository">The repository's folder.</param>
    /// <param name="known">What was read from such a file before, if that is to be relied on.</param>
    public static LooseRefs? Read(string repository, Func<RefName, FileStamp, RawRef?> known)
    {
        var loose = new LooseRefs(repository, known);
        var top = WatchedFile.Of(Path.Combine(repository, "refs"));
        if (!top.Stamp.IsFolder || !loose.TryReadFolder("refs", top))
        {
            return null;
        }

        loose._refs.Sort(static (left, right) => left.Ref.Name.CompareTo(right.Ref.Name));
        return loose;
    }

    private bool TryReadFolder(string folder, WatchedFile file)
    {
        _folders.Add(file);
        List<string> names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(Path.Combine(_repository, folder), "*", Everything).Select(path => Path.GetFileName(path)!)];
        }
        catch (DirectoryNotFoundException)
        {
            _folders.Add(file.Gone);
            return true;
        }

        // git passes over what begins with a dot, and lock files.
        return names
            .Where(name => !name.StartsWith('.') && !name.EndsWith(".lock", StringComparison.Ordinal))
            .All(name => TryReadEntry($"{folder}/{name}"));
    }

    private bool TryReadEntry(string name)
    {
        if (name.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return false; // not UTF-8, or as good as that
        }

        var path = $"{_repository}/{name}";
        var file = WatchedFile.Of(path);
        if (file.Stamp.IsFolder)
        {
            return TryReadFolder(name, file);
        }

        if (!file.Stamp.Exists)
        {
            // Gone since the folder was listed.
            _folders.Add(file.Gone);
            return true;
        }

        if (!file.Stamp.IsFile || file.Stamp.Size > MostBytes || !RefName.TryParse(name, out var refName))
        {
            return false;
        }

        if (_known(refName, file.Stamp) is { } known)
        {
            _refs.Add((known, file));
            return true;
        }

        return TryReadFile(path, refName, file);
    }

    private bool TryReadFile(string path, RefName name, WatchedFile file)
    {
        if (!WatchedFile.TryReadText(path, out var text))
        {
            return false;
        }

        if (text is null)
        {
            _folders.Add(file.Gone);
            return true;
        }

        var isRef = RawRef.TryReadValue(text, out var value, out var target);
        _refs.Add((new RawRef(name, value, target, Oid.Zero, KnowsPeeled: false), file));
        return isRef;
    }
}
