using System.Buffers.Binary;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>Brings objects from one local repository into another.</summary>
public sealed class ObjectTransfer(GitProcess git)
{
    // The signature, the version and the number of objects (gitformat-pack).
    private const int PackHeaderBytes = 12;

    // git's own fetch.unpackLimit: fewer objects are kept loose, so that packs do not multiply.
    private const uint UnpackLimit = 100;

    /// <summary>
    /// Brings the wanted objects, with everything else that the source has, by hard links; where that cannot be done, copies what is wanted. For the
    /// repositories of one group, which hold the same project.
    /// </summary>
    public Task<TransferResult> ShareAsync(BareRepository from, BareRepository to, IReadOnlyCollection<Oid> wants, CancellationToken ct) =>
        ObjectLinks.TryLinkAll(from, to) && from.Missing(wants).Count == 0
            ? Task.FromResult<TransferResult>(new TransferResult.Done())
            : CopyAsync(from, to, wants, ct);

    /// <summary>
    /// Copies the wanted objects, and all that they refer to and the target's refs do not reach, into the target. Refs stay as
    /// they are. `git pack-objects` is piped into the target's git; both end with the caller's patience.
    /// </summary>
    public async Task<TransferResult> CopyAsync(BareRepository from, BareRepository to, IReadOnlyCollection<Oid> wants, CancellationToken ct)
    {
        var here = to.ReadRefs().Refs.Values.ToHashSet();
        var open = wants.Where(want => !here.Contains(want)).ToList();
        if (open.Count == 0)
        {
            return new TransferResult.Done();
        }

        if (from.Missing(open) is [var absent, ..])
        {
            return new TransferResult.Failed($"{absent} is not in the source");
        }

        GitExit? stored = null;
        using var revisions = new MemoryStream(Encoding.ASCII.GetBytes(Revisions(open, here.Except(from.Missing(here)))));
        var packed = await git.RunAsync(
            new GitCommand(["pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset", "-q"])
            {
                Repository = from.Path,
                Input = revisions,
                Output = async (pack, token) => stored = await StoreAsync(to, pack, token),
                TimeOut = GitCommand.PackTimeOut,
            },
            ct);
        // When storing stops early, packing dies of the closed pipe: the first cause is the one to tell.
        if (stored is { Succeeded: false } && (packed.Succeeded || packed.Errors.Length == 0))
        {
            return new TransferResult.Failed(stored.Errors);
        }

        return packed.Succeeded ? new TransferResult.Done() : new TransferResult.Failed(packed.Errors);
    }

    private static string Revisions(IEnumerable<Oid> wants, IEnumerable<Oid> haves) =>
        string.Concat(wants.Select(oid => $"{oid.Hex}\n").Concat(haves.Select(oid => $"^{oid.Hex}\n")));

    // Null: there was no whole pack header, which is the packing side's failure, or nothing to store.
    private async Task<GitExit?> StoreAsync(BareRepository to, Stream pack, CancellationToken ct)
    {
        var header = new byte[PackHeaderBytes];
        if (await pack.ReadAtLeastAsync(header, PackHeaderBytes, throwOnEndOfStream: false, ct) < PackHeaderBytes)
        {
            return null;
        }

        var objects = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        await using var whole = new PrefixedStream(header, pack);
        return await git.RunAsync(
            new GitCommand(objects < UnpackLimit ? ["unpack-objects", "-q"] : ["index-pack", "--stdin", "--fix-thin"])
            {
                Repository = to.Path,
                Input = whole,
                TimeOut = GitCommand.PackTimeOut,
            },
            ct);
    }
}
