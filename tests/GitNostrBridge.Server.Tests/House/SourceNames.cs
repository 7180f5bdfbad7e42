using System.Text.RegularExpressions;

namespace GitNostrBridge.Server.Tests;

/// <summary>The names that the project's code declares, as they stand in its files.</summary>
internal sealed partial class SourceNames
{
    private readonly Dictionary<string, string> _types = [];

    private readonly HashSet<string> _members = [];

    private SourceNames()
    {
    }

    /// <summary>Reads all code of the project.</summary>
    public static SourceNames Read()
    {
        var names = new SourceNames();
        foreach (var path in SourceTree.CodeBelow("src").Concat(SourceTree.CodeBelow("tests")))
        {
            var text = File.ReadAllText(path);
            foreach (Match type in TypeDeclaration().Matches(text))
            {
                var name = type.Groups[1].Value;
                names._types[name] = names._types.GetValueOrDefault(name, "") + text;
            }

            names._members.UnionWith(MemberDeclaration().Matches(text).Select(member => member.Groups[1].Value));
        }

        return names;
    }

    /// <summary>Whether there is a type of this name; of `Type.Member`, whether the type's file speaks of the member.</summary>
    public bool HasType(string name) => name.Split('.') is [var type, .. var member]
        && _types.TryGetValue(type, out var text)
        && member.All(part => Regex.IsMatch(text, $@"\b{Regex.Escape(part)}\b"));

    /// <summary>Whether some type has a member of this name that others may use.</summary>
    public bool HasMember(string name) => _members.Contains(name);

    /// <summary>Whether there is a test class, and a test in it whose name fits; `…` stands for any letters, and an empty name for all tests.</summary>
    public bool HasTest(string testClass, string method) => _types.TryGetValue(testClass, out var text)
        && (method.Length == 0 || Regex.IsMatch(text, $@"\b(?:Task|void) {string.Join(@"\w*", method.Split('…').Select(Regex.Escape))}\("));

    [GeneratedRegex(@"\b(?:class|record|struct|enum|interface) (?:struct |class )?([A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b(?:public|internal) [^;{}=()\n]*?\b([A-Z]\w*)(?:<\w+>)?\s*(?:\(|\{|=|;)")]
    private static partial Regex MemberDeclaration();
}
