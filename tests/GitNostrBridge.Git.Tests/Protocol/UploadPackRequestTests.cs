using System.Buffers;
using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class UploadPackRequestTests
{
    [Fact]
    public void A_command_its_capabilities_and_its_arguments_are_read()
    {
        Assert.True(TryRead("0014command=ls-refs\n" + "0014agent=git/2.39.5" + "0016object-format=sha1" + "0001" + "0009peel\n" + "001dref-prefix refs/heads/é\n" + "0000", out var request));
        Assert.Equal("ls-refs", request!.Command);
        Assert.Equal(["agent=git/2.39.5", "object-format=sha1"], request.Capabilities);
        Assert.Equal(["peel", "ref-prefix refs/heads/é"], request.Arguments);
    }

    [Fact]
    public void Arguments_may_be_left_out()
    {
        Assert.True(TryRead("0012command=fetch\n0000", out var request));
        Assert.Empty(request!.Arguments);
        Assert.Empty(request.Capabilities);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("0001")]
    [InlineData("0014command=ls-refs\n")]
    [InlineData("0014command=ls-refs\n0001")]
    [InlineData("0014command=ls-refs\n00010000x")]
    [InlineData("0014command=ls-refs\n000000000000")]
    [InlineData("0014command=ls-refs\n000100010000")]
    [InlineData("0014command=ls-refs\n0014command=ls-refs\n0000")]
    [InlineData("0014agent=git/2.39.50014command=ls-refs\n0000")]
    [InlineData("0014command=ls-refs\n0002")]
    [InlineData("0014command=ls-refs\n00010008pe\0l0000")]
    [InlineData("0014command=ls-refs\n0003")]
    public void What_no_client_sends_is_left_to_git(string body) => Assert.False(TryRead(body, out _));

    [Fact]
    public void Names_that_are_not_UTF_8_are_left_to_git()
    {
        byte[] body = [.. "0014command=ls-refs\n00010010ref-prefix "u8, 0xff, .. "0000"u8];
        Assert.False(UploadPackRequest.TryRead(new ReadOnlySequence<byte>(body), out _));
    }

    private static bool TryRead(string body, out UploadPackRequest? request) => UploadPackRequest.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), out request);
}
