using System.Reflection;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;
using GitNostrBridge.Nostr;
using GitNostrBridge.Storage;

namespace GitNostrBridge.Server.Tests;

/// <summary>The shape of the house (docs/decisions/0002): who may know whom, one door for each outside world, small files.</summary>
public sealed class HouseTests
{
    private const int LongestFile = 300;

    private static readonly Dictionary<string, Assembly> Projects = new()
    {
        ["Git"] = typeof(Oid).Assembly,
        ["Nostr"] = typeof(NostrEvent).Assembly,
        ["Storage"] = typeof(SqliteEventStore).Assembly,
        ["Grasp"] = typeof(PurgatoryGate).Assembly,
        ["Server"] = typeof(Program).Assembly,
    };

    [Theory]
    [InlineData("Git", "")]
    [InlineData("Nostr", "")]
    [InlineData("Storage", "Nostr")]
    [InlineData("Grasp", "Git Nostr")]
    public void A_project_references_only_what_it_may_know(string project, string known)
    {
        var ours = Projects.Values.Select(assembly => assembly.GetName().Name).ToHashSet();
        var referenced = Projects[project].GetReferencedAssemblies().Select(name => name.Name).Where(ours.Contains);
        Assert.Subset(known.Split(' ').Select(name => $"GitNostrBridge.{name}").ToHashSet(), referenced.Select(name => name!).ToHashSet());
    }

    [Fact]
    public void There_is_one_interface() => Assert.Equal(
        [typeof(IEventStore)],
        Projects.Values.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsInterface && type.Namespace?.StartsWith("GitNostrBridge", StringComparison.Ordinal) == true));

    [Theory]
    [InlineData("LibGit2Sharp", "BareRepository.cs")]
    [InlineData("CliWrap", "GitProcess.cs")]
    public void One_file_is_the_door_to_a_library(string library, string file) => Assert.Equal(
        [file],
        SourceTree.CodeBelow("src").Where(path => File.ReadAllText(path).Contains($"using {library}", StringComparison.Ordinal)).Select(Path.GetFileName));

    [Fact]
    public void Processes_are_started_by_one_file() => Assert.DoesNotContain(
        SourceTree.CodeBelow("src"), path => File.ReadAllText(path).Contains("ProcessStartInfo", StringComparison.Ordinal));

    [Fact]
    public void No_file_is_long() => Assert.DoesNotContain(
        SourceTree.CodeBelow("src").Concat(SourceTree.CodeBelow("tests")), path => File.ReadLines(path).Count() > LongestFile);

    [Fact]
    public void Namespaces_are_flat_one_a_project()
    {
        foreach (var (name, assembly) in Projects)
        {
            Assert.DoesNotContain(
                assembly.GetExportedTypes().Where(type => type.Namespace?.StartsWith("GitNostrBridge", StringComparison.Ordinal) == true),
                type => type.Namespace != $"GitNostrBridge.{name}");
        }
    }
}
