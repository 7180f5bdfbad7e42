using System.Text.RegularExpressions;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>What the documents name exists: other documents, files, types, tests, verbs.</summary>
public sealed partial class DocsTests
{
    private const string Compliance = "docs/compliance.md";

    private static readonly string[] Documents =
    [
        .. Directory.EnumerateFiles(SourceTree.Root, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories),
    ];

    private static readonly SourceNames Names = SourceNames.Read();

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken =
            from document in Documents
            from Match link in Link().Matches(File.ReadAllText(document))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !LeadsSomewhere(document, target)
            select $"{Path.GetRelativePath(SourceTree.Root, document)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Files_that_the_documents_name_exist()
    {
        var missing =
            from document in Documents
            from Match file in FilePath().Matches(File.ReadAllText(document))
            where !Path.Exists(Path.Combine(SourceTree.Root, file.Groups[1].Value))
            select $"{Path.GetRelativePath(SourceTree.Root, document)}: {file.Groups[1].Value}";
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData(Compliance)]
    [InlineData("docs/push.md")]
    [InlineData("docs/purgatory.md")]
    public void Types_that_a_document_names_exist(string document)
    {
        var text = SourceTree.Read(document);
        var quoted = Quoted().Matches(text).Select(match => match.Groups[1].Value);
        var drawn = Drawing().Matches(text).SelectMany(drawing => DrawnName().Matches(drawing.Value)).Select(match => match.Value);
        Assert.DoesNotContain(quoted.Concat(drawn), name => !Names.HasType(name) && !Names.HasMember(name));
    }

    [Fact]
    public void The_code_that_compliance_names_exists()
    {
        var missing =
            from row in ComplianceRows()
            from cell in row.Code.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            let name = cell.Trim('`')
            where !Names.HasType(name.Split('/')[^1]) && !Path.Exists(Path.Combine(SourceTree.Root, name))
            select $"{name} in: {row.Sentence}";
        Assert.Empty(missing);
    }

    [Fact]
    public void The_tests_that_compliance_names_exist_and_every_row_has_one()
    {
        var problems = new List<string>();
        foreach (var row in ComplianceRows())
        {
            string? testClass = null;
            foreach (Match named in TestName().Matches(row.Tests))
            {
                testClass = named.Groups["class"].Success ? named.Groups["class"].Value : testClass;
                var method = named.Groups["method"].Value;
                if (testClass is null || !Names.HasTest(testClass, method))
                {
                    problems.Add($"{testClass}.{method} in: {row.Sentence}");
                }
            }

            if (testClass is null)
            {
                problems.Add($"no test in: {row.Sentence}");
            }
        }

        Assert.Empty(problems);
    }

    [Fact]
    public async Task Verbs_that_the_documents_name_exist()
    {
        using var folder = new TestFolder();
        var verbs = Documents.SelectMany(document => VerbName().Matches(File.ReadAllText(document)))
            .Select(match => match.Groups[1].Value.TrimEnd()).Distinct().ToList();
        Assert.Contains("publish", verbs);
        foreach (var verb in verbs)
        {
            var result = await Verb.RunAsync(folder.Path, folder.Path, [.. verb.Split(' '), "--help"]);
            Assert.True(result.Code == 0, result.All);
            Assert.Contains($"gitnostrbridge {verb} ", result.All, StringComparison.Ordinal);
        }
    }

    private static bool LeadsSomewhere(string document, string target)
    {
        var (file, heading) = target.Split('#') is [var path, var fragment] ? (path, fragment) : (target, null);
        var full = file.Length == 0 ? document : Path.GetFullPath(file, Path.GetDirectoryName(document)!);
        return Path.Exists(full) && (heading is null || Heading().Matches(File.ReadAllText(full)).Any(match => Slug(match.Groups[1].Value) == heading));
    }

    // As GitHub makes it.
    private static string Slug(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')).Replace(' ', '-');

    private static IEnumerable<(string Sentence, string Code, string Tests)> ComplianceRows()
    {
        var columns = Array.Empty<string>();
        foreach (var line in SourceTree.Read(Compliance).Split('\n').Where(line => line.StartsWith('|')))
        {
            var cells = line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);
            if (cells.Contains("code") && cells.Contains("test"))
            {
                columns = cells;
            }
            else if (!cells[0].StartsWith("---", StringComparison.Ordinal))
            {
                Assert.True(cells.Length == columns.Length, $"expected {columns.Length} cells: {line}");
                yield return (line, cells[Array.IndexOf(columns, "code")], cells[Array.IndexOf(columns, "test")]);
            }
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`((?:src|tests|docs|hooks|deploy)/[\w./-]+?)/?`")]
    private static partial Regex FilePath();

    // A name with a small letter, perhaps with a member: not a setting, not a word of a protocol.
    [GeneratedRegex(@"`([A-Z]\w*[a-z]\w*(?:\.[A-Z]\w*)?)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Drawing();

    // Not the parts of a path.
    [GeneratedRegex(@"(?<![\w/.])[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+(?![\w/.])")]
    private static partial Regex DrawnName();

    // `SomeTests`, `SomeTests.A_test`, `A_test` of the class before; `…` stands for what is left out.
    [GeneratedRegex(@"(?<class>\w+Tests)\b(?:\.(?<method>[\w…]+))?|(?<method>…?[A-Z][a-zA-Z0-9]*_[\w…]*)")]
    private static partial Regex TestName();

    // Not the value of a variable in front of another command.
    [GeneratedRegex(@"(?:(?<!=\S*)gitnostrbridge|Server --) ([a-z]+(?: (?:list|show|remove))?)\b")]
    private static partial Regex VerbName();
}
