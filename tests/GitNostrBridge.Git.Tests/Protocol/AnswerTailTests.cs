using System.Text;

namespace GitNostrBridge.Git.Tests;

public sealed class AnswerTailTests
{
    [Theory]
    [InlineData("0035shallow 1111111111111111111111111111111111111111\n0000", true)]
    [InlineData("0028ERR upload-pack: not our ref 1234567", true)]
    [InlineData("0008NAK\n0010\u0003out of disk", true)]
    [InlineData("0008NAK\n0010\u0001out of disk", false)]
    [InlineData("0008NAK\nPACK....", false)]
    [InlineData("", false)]
    public void An_answer_that_ends_as_git_ends_one_is_told_from_one_that_was_cut(string answer, bool isDeliberate)
    {
        var bytes = Encoding.Latin1.GetBytes(answer);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var tail = new AnswerTail();
            tail.Observe(new byte[5000]);
            tail.Observe(bytes.AsSpan(0, cut));
            tail.Observe(bytes.AsSpan(cut));
            Assert.Equal((isDeliberate, 5000L + bytes.Length), (tail.IsDeliberate, tail.Length));
        }
    }

    [Fact]
    public void However_it_comes_the_last_bytes_count()
    {
        var tail = new AnswerTail();
        foreach (var letter in new string('x', 3000) + "0000")
        {
            Assert.False(tail.IsDeliberate);
            tail.Observe([(byte)letter]);
        }

        Assert.True(tail.IsDeliberate);
        tail.Observe("x"u8);
        Assert.False(tail.IsDeliberate);
    }
}
