using System.Text;
using CsCheck;

namespace GitNostrBridge.Git.Tests;

public sealed class RefNameTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
            "heads", "tags", "a", "B", "-", "/", "/", "/", ".", "..", ".lock", ".lock/", "@", "{", "@{", "}", "\u0001", "\n", "\u007f", " ", "~", "^", ":",
            "?", "*", "[", "]", "\\", "%2e", "é", "e\u0301", "\u0085", "\u202e", "\uFEFF", "\uFFFD", "\u2028", "😀", "中")
        .Array[0, 8].Select(string.Concat)
        .Select(Gen.OneOf("refs/heads/", "refs/heads/", "refs/heads/", "refs/", "refs"), (tail, head) => head + tail);

    [Fact]
    public void The_rules_are_those_of_git_check_ref_format()
    {
        using var scratch = new Scratch();
        Names.Sample(
            name =>
            {
                var taken = scratch.TryRun("check-ref-format", name).Code == 0 && name.StartsWith("refs/", StringComparison.Ordinal) && name.Count(c => c == '/') >= 2;
                return RefName.TryParse(name, out var parsed) == taken && (!taken || parsed.Full == name);
            },
            iter: 500,
            time: 4);
    }

    [Fact]
    public void Names_sort_as_their_bytes_do() => Gen.Select(Names, Names).Sample((left, right) =>
    {
        if (!RefName.TryParse(left, out var a) || !RefName.TryParse(right, out var b))
        {
            return true;
        }

        var bytes = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
        return Math.Sign(a.CompareTo(b)) == Math.Sign(bytes) && a.Equals(b) == (bytes == 0);
    });

    [Fact]
    public void Over_long_and_non_Unicode_names_are_refused()
    {
        Assert.True(RefName.TryParse($"refs/heads/{new string('é', 100)}", out _));
        Assert.False(RefName.TryParse($"refs/heads/{new string('é', 100)}x", out _));
        Assert.False(RefName.TryParse($"refs/heads{string.Concat(Enumerable.Repeat("/0123456789", 93))}", out _));
        Assert.False(RefName.TryParse("refs/heads/\ud83d", out _));
        Assert.False(RefName.TryParse("refs/heads/\ude00\ud83d", out _));
        Assert.False(RefName.TryParse("refs/heads/a\0b", out _));
        Assert.False(RefName.TryParse("HEAD", out _));
        Assert.False(RefName.TryParse(null, out _));
    }

    [Fact]
    public void The_longest_name_of_a_branch_leaves_room_for_its_recovery_ref()
    {
        var longest = $"refs/heads/{string.Concat(Enumerable.Repeat("0123456789/", 92))}";
        longest += new string('x', RefName.MaxBytes - longest.Length);
        Assert.True(RefName.TryParse(longest, out _));
        Assert.False(RefName.TryParse(longest + "x", out _));
        Assert.True(RefName.TryParse($"{RecoveryRefs.Prefix}{long.MaxValue / 1_000_000_000}/{longest["refs/".Length..]}", out _));
    }

    [Fact]
    public void Branches_and_tags_are_known_by_their_folder()
    {
        var (branch, tag, other) = (Scratch.Ref("refs/heads/a/b"), Scratch.Ref("refs/tags/v1"), Scratch.Ref("refs/nostr/ff"));
        Assert.True(branch.IsBranch && tag.IsTag && !other.IsBranch && !other.IsTag);
        Assert.Equal(["a/b", "v1", "nostr/ff"], [branch.Short, tag.Short, other.Short]);
        Assert.True(branch < other && tag > other && branch <= tag && tag >= branch);
    }
}
