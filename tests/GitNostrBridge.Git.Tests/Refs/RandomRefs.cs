using System.Text;

namespace GitNostrBridge.Git.Tests;

/// <summary>A hosted repository whose refs change at random, by git's own commands and behind its back.</summary>
internal sealed class RandomRefs
{
    private static readonly string[] Namespaces = ["heads", "tags", "nostr", "recovery/17", "placeholders/18", "recoveryx", "changes/1", "replace"];

    private static readonly string[] Words = ["a", "a-b", "a.b", "a/b", "main", "MAIN", "é", "日本", "x@y", "x+y%", "feature/one", "feature-one", "feature/one.two", "v1.0", "z\U0001F600", "\uFFFDz", "a\u00A0b", "--", "'"];

    private readonly Scratch _scratch;
    private readonly Random _random;
    private readonly List<string> _commits = [];
    private readonly List<string> _objects = [];

    private RandomRefs(Scratch scratch, BareRepository repository, Random random) => (_scratch, Repository, _random) = (scratch, repository, random);

    public BareRepository Repository { get; }

    private string Packed => Path.Combine(Repository.Path, "packed-refs");

    /// <summary>Commits, a tree, a blob, and tags of each of them and of tags, all in a hosted repository without refs.</summary>
    public static async Task<RandomRefs> CreateAsync(Scratch scratch, Random random)
    {
        var refs = new RandomRefs(scratch, await scratch.HostAsync(), random);
        for (var number = 0; number < 4; number++)
        {
            refs._commits.Add(scratch.Commit($"{number}").Hex);
        }

        refs._objects.AddRange([scratch.Run("rev-parse", "HEAD^{tree}"), scratch.Run("rev-parse", "HEAD:file.txt")]);
        foreach (var (name, target) in new[] { ("commit", "HEAD"), ("tree", "HEAD^{tree}"), ("blob", "HEAD:file.txt"), ("tag", "of-commit"), ("tagtag", "of-tag"), ("tagblob", "of-blob") })
        {
            scratch.Run("-c", "advice.nestedTag=false", "tag", "-a", "-m", name, $"of-{name}", target);
            refs._objects.Add(scratch.Run("rev-parse", $"of-{name}"));
        }

        refs._objects.AddRange(refs._commits);
        scratch.Run("--git-dir", refs.Repository.Path, "fetch", "--quiet", "--no-write-fetch-head", scratch.Work, "HEAD", "+refs/tags/*:refs/tags/*");
        scratch.Run("--git-dir", refs.Repository.Path, "-c", "core.logAllRefUpdates=false", "update-ref", "refs/heads/main", refs._commits[^1]);
        return refs;
    }

    /// <summary>Changes something; gives what.</summary>
    public string Change()
    {
        switch (_random.Next(12))
        {
            case 0:
                return Git("pack-refs", "--all");
            case 1:
                return Git("pack-refs", "--all", "--no-prune");
            case 2:
                return Git("symbolic-ref", "HEAD", $"refs/heads/{Pick(Words)}");
            case 3:
                return Write("HEAD", Pick(_random.Next(2) == 0 ? _commits : _objects));
            case 4:
                // To one of a higher number, so that there is an end to it.
                var link = _random.Next(6);
                return Git("symbolic-ref", $"refs/heads/sym{link}", _random.Next(3) == 0 ? $"refs/heads/sym{link + 1}" : Name());
            case 5:
                return Rewrite("header", lines => lines.Where(line => !line.StartsWith('#')));
            case 6:
                return Rewrite("peeled", lines => lines.Where(line => !line.StartsWith('^') || _random.Next(2) == 0));
            case 7:
                return Rewrite("traits", lines => lines.Select(line => line.StartsWith('#') ? Pick(["# pack-refs with: peeled sorted ", "# pack-refs with: peeled fully-peeled sorted ", "# pack-refs with: sorted "]) : line));
            case 8:
                return Git("update-ref", "--no-deref", "-d", Pick(_scratch.Run("--git-dir", Repository.Path, "for-each-ref", "--format=%(refname)").Split('\n')));
            case 9:
                return Many(_random.Next(1, 400));
            default:
                return Many(_random.Next(1, 4));
        }
    }

    private string Many(int count)
    {
        // git refuses names that cannot stand beside others; the rest of its refs stay as they were.
        var names = Enumerable.Range(0, count).Select(_ => Name()).Distinct().ToList();
        foreach (var group in count > 10 ? [names] : names.Select(name => new List<string> { name }))
        {
            var script = string.Concat(group.Select(name => $"update {name}\0{Pick(name.StartsWith("refs/heads/", StringComparison.Ordinal) ? _commits : _objects)}\0\0"));
            _scratch.Bytes(Encoding.UTF8.GetBytes(script), "--git-dir", Repository.Path, "update-ref", "--no-deref", "-z", "--stdin");
        }

        return $"{count} refs";
    }

    private string Name() => $"refs/{Pick(Namespaces)}/{Pick(Words)}{(_random.Next(3) == 0 ? "" : _random.Next(300).ToString(System.Globalization.CultureInfo.InvariantCulture))}";

    private string Git(params string[] arguments)
    {
        _scratch.TryRun(["--git-dir", Repository.Path, .. arguments]);
        return string.Join(' ', arguments);
    }

    private string Write(string file, string value)
    {
        File.WriteAllText(Path.Combine(Repository.Path, file), value + "\n");
        return $"{file} {value}";
    }

    private string Rewrite(string what, Func<IEnumerable<string>, IEnumerable<string>> change)
    {
        if (File.Exists(Packed))
        {
            File.WriteAllText(Packed, string.Concat(change(File.ReadAllLines(Packed)).Select(line => line + "\n")));
        }

        return $"packed-refs: {what}";
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
