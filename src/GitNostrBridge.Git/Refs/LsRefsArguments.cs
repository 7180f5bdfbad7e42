using System.Diagnostics.CodeAnalysis;

namespace GitNostrBridge.Git;

/// <summary>What a client wants to be told by ls-refs.</summary>
/// <param name="Peel">What tags stand for.</param>
/// <param name="Symrefs">What symbolic refs stand for.</param>
/// <param name="Unborn">HEAD, even when its branch is not born.</param>
/// <param name="Prefixes">Only names that begin so; none: all names.</param>
internal sealed record LsRefsArguments(bool Peel, bool Symrefs, bool Unborn, IReadOnlyList<string> Prefixes)
{
    private const string PrefixStart = "ref-prefix ";

    // More are not kept apart from git's own bound, beyond which it heeds none of them.
    private const int MostPrefixes = 4_096;

    /// <summary>Reads a request; false when it is another, or only git can say what to make of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="version2">What git advertises in version 2, whole.</param>
    /// <param name="arguments">What is asked for.</param>
    public static bool TryRead(UploadPackRequest request, ReadOnlySpan<byte> version2, [NotNullWhen(true)] out LsRefsArguments? arguments)
    {
        arguments = null;
        if (request.Command != "ls-refs" || request.Arguments.Count > MostPrefixes || !request.Capabilities.All(IsKnown))
        {
            return false;
        }

        var (peel, symrefs, unborn) = (false, false, false);
        var prefixes = new List<string>();
        foreach (var argument in request.Arguments)
        {
            switch (argument)
            {
                case "peel":
                    peel = true;
                    break;
                case "symrefs":
                    symrefs = true;
                    break;
                case "unborn" when version2.IndexOf("ls-refs=unborn\n"u8) >= 0:
                    unborn = true;
                    break;
                case var _ when argument.StartsWith(PrefixStart, StringComparison.Ordinal):
                    prefixes.Add(argument[PrefixStart.Length..]);
                    break;
                default:
                    return false;
            }
        }

        arguments = new LsRefsArguments(peel, symrefs, unborn, prefixes);
        return true;
    }

    /// <summary>Whether a ref of this name is asked for.</summary>
    public bool Matches(string name)
    {
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return Prefixes.Count == 0;
    }

    /// <summary>The same text for the same question.</summary>
    public string Key => $"ls-refs {Peel} {Symrefs} {Unborn}\n{string.Join('\n', Prefixes)}";

    // Those that every git that knows version 2 takes.
    private static bool IsKnown(string capability) =>
        capability == "object-format=sha1" || capability.StartsWith("agent=", StringComparison.Ordinal) || capability.StartsWith("server-option=", StringComparison.Ordinal);
}
