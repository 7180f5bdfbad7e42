namespace GitNostrBridge.Server;

/// <summary>What somebody meant who mistyped a name.</summary>
internal static class NearestName
{
    // Beyond it a guess would only lead astray.
    private const int MostEdits = 4;

    /// <summary>Half a sentence with the name that was probably meant, or where all are listed.</summary>
    public static string Hint(string name, IEnumerable<string> known, string otherwise = "docs/configuration.md lists them all") =>
        known.Select(candidate => (Name: candidate, Edits: Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(candidate => candidate.Edits <= Math.Min(MostEdits, name.Length / 2))
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Name)
            .FirstOrDefault() is { } nearest
            ? $"did you mean {nearest}?"
            : otherwise;

    // Levenshtein's distance.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
