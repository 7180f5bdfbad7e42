using System.Diagnostics;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The servers of tests end with them.</summary>
public sealed class TestServerTests
{
    [Fact]
    public async Task A_server_of_a_test_that_is_skipped_ends_although_nobody_disposes_of_it()
    {
        using var folder = new TestFolder();
        var server = await RunningServer.StartProcessAsync(folder);
        try
        {
            Assert.Fail($"{server.Services} is of another process");
        }
        catch (InvalidOperationException skip) when (skip.Message.StartsWith("$XunitDynamicSkip$", StringComparison.Ordinal))
        {
            // Here a test would end; Assert.Throws would end this one.
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(server.ProcessId));
    }
}
