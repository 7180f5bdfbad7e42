using System.Text;

namespace GitNostrBridge.Git.Tests;

/// <summary>While git works and has nothing to say, something goes out every five seconds, so that neither proxies nor libgit2 give up.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly byte[] KeepAlive = "0005\u0001"u8.ToArray();

    [Fact]
    public async Task A_clone_hears_from_a_pack_that_is_not_ready_yet()
    {
        using var scratch = new Scratch();
        using var patience = new CancellationTokenSource(Patience);
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        scratch.Seed(repository, tip, "refs/heads/main");
        var go = Path.Combine(scratch.Folder, "go");
        var slow = WriteScript(Path.Combine(scratch.Folder, "slow"), go, "exec \"$@\"");
        var heard = new List<byte>();
        var exit = await scratch.Git.RunAsync(
            new GitCommand(["upload-pack", "--stateless-rpc", repository.Path])
            {
                Repository = repository.Path,
                Configuration = [.. ServiceConfiguration.UploadPack, $"uploadpack.packObjectsHook={slow}"],
                Input = new MemoryStream(Encoding.ASCII.GetBytes($"0040want {tip} side-band-64k\n00000009done\n")),
                Output = async (stdout, ct) =>
                {
                    var buffer = new byte[4096];
                    while (await stdout.ReadAsync(buffer, ct) is > 0 and var count)
                    {
                        heard.AddRange(buffer[..count]);
                        if (heard.ToArray().AsSpan().IndexOf(KeepAlive) >= 0)
                        {
                            await File.WriteAllTextAsync(go, "", ct);
                        }
                    }
                },
                TimeOut = Patience,
            },
            patience.Token);
        Assert.Equal((0, ""), (exit.Code, exit.Errors));
        Assert.True(heard.ToArray().AsSpan().IndexOf("PACK"u8) > heard.ToArray().AsSpan().IndexOf(KeepAlive));
    }

    [Fact]
    public async Task A_push_hears_from_a_repository_that_is_still_checking()
    {
        using var scratch = new Scratch();
        using var patience = new CancellationTokenSource(Patience);
        var repository = await scratch.HostAsync();
        var tip = scratch.Commit("one");
        var go = Path.Combine(scratch.Folder, "go");
        WriteScript(Path.Combine(repository.Path, "hooks", "pre-receive"), go, "exit 0");
        var main = Scratch.Ref("refs/heads/main");
        var body = PushBody.Reader(PushBody.Of([new(main, Oid.Zero, tip)], PushBody.PackOf(scratch, tip)));
        var request = await PushBody.RequestAsync(body);
        var heard = 0;
        var result = await new ReceivePackRun(scratch.Git).RunAsync(
            repository,
            request,
            request.Updates,
            body,
            long.MaxValue,
            async (packet, ct) =>
            {
                heard += packet.Span.SequenceEqual(KeepAlive) ? 1 : 0;
                await File.WriteAllTextAsync(go, "", ct);
            },
            patience.Token);
        Assert.True(result.Exit.Succeeded, result.Exit.Errors);
        Assert.True(heard > 0);
        Assert.Equal(tip, repository.ReadRefs().Refs[main]);
    }

    // Waits for the test, which answers to what it hears.
    private static string WriteScript(string path, string go, string then)
    {
        File.WriteAllText(path, $"#!/bin/sh\nwhile [ ! -e '{go}' ]; do sleep 0.1; done\n{then}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
