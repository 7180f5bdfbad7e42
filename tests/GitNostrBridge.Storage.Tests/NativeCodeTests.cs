using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GitNostrBridge.Storage.Tests;

/// <summary>Dapper makes code at run time, which a native executable cannot; Dapper.AOT takes its place when the statements are compiled.</summary>
public sealed class NativeCodeTests
{
    [Fact]
    public void No_statement_is_left_to_code_that_is_made_at_run_time()
    {
        using var file = new PEReader(File.OpenRead(typeof(SqliteEventStore).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var called = metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{TypeOf(metadata, member)}.{metadata.GetString(member.Name)}")
            .Where(name => name.StartsWith("Dapper.", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(called);
        Assert.DoesNotContain(called, name => name.StartsWith("Dapper.SqlMapper.", StringComparison.Ordinal));
    }

    private static string TypeOf(MetadataReader metadata, MemberReference member)
    {
        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
