using System.Buffers;
using System.Text;
using CsCheck;

namespace GitNostrBridge.Git.Tests;

public sealed class PktLineTests
{
    [Fact]
    public void Lines_come_back_as_they_were_written() => Gen.Byte.Array[0, 300].Array[0, 10].Sample(payloads =>
    {
        var written = new ArrayBufferWriter<byte>();
        foreach (var payload in payloads)
        {
            PktLine.Write(written, payload);
        }

        PktLine.WriteFlush(written);

        var rest = new ReadOnlySequence<byte>(written.WrittenMemory);
        foreach (var payload in payloads)
        {
            if (PktLine.TryRead(ref rest, out var line) != PktRead.Line || line.Kind != PktKind.Data || !line.Payload.ToArray().AsSpan().SequenceEqual(payload))
            {
                return false;
            }
        }
        return PktLine.TryRead(ref rest, out var last) == PktRead.Line && last.Kind == PktKind.Flush && rest.IsEmpty;
    });

    [Fact]
    public void Any_start_of_a_line_is_incomplete_and_takes_nothing()
    {
        var written = new ArrayBufferWriter<byte>();
        PktLine.Write(written, "hello\n"u8);
        Assert.Equal("000ahello\n", Encoding.ASCII.GetString(written.WrittenSpan));
        for (var length = 0; length < written.WrittenCount; length++)
        {
            var rest = new ReadOnlySequence<byte>(written.WrittenMemory[..length]);
            Assert.Equal(PktRead.Incomplete, PktLine.TryRead(ref rest, out _));
            Assert.Equal(length, rest.Length);
        }
    }

    [Theory]
    [InlineData("0000", PktRead.Line, PktKind.Flush)]
    [InlineData("0001", PktRead.Line, PktKind.Delimiter)]
    [InlineData("0002", PktRead.Line, PktKind.ResponseEnd)]
    [InlineData("0004", PktRead.Line, PktKind.Data)]
    [InlineData("000Ahello\n", PktRead.Line, PktKind.Data)]
    [InlineData("fff0", PktRead.Incomplete, default(PktKind))]
    [InlineData("fff1", PktRead.Malformed, default(PktKind))]
    [InlineData("0003", PktRead.Malformed, default(PktKind))]
    [InlineData("+00a", PktRead.Malformed, default(PktKind))]
    [InlineData(" 00a", PktRead.Malformed, default(PktKind))]
    [InlineData("00g0", PktRead.Malformed, default(PktKind))]
    [InlineData("PACK", PktRead.Malformed, default(PktKind))]
    public void Lengths_are_four_hex_digits(string bytes, PktRead expected, PktKind kind)
    {
        var rest = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(bytes));
        Assert.Equal(expected, PktLine.TryRead(ref rest, out var line));
        Assert.Equal(kind, line.Kind);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(65515, 1)]
    [InlineData(65516, 2)]
    [InlineData(200_000, 4)]
    public void Side_band_data_is_split_to_the_limit(int length, int lines)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var written = new ArrayBufferWriter<byte>();
        PktLine.WriteSideBand(written, 2, data);

        var rest = new ReadOnlySequence<byte>(written.WrittenMemory);
        var back = new List<byte>();
        for (; lines > 0; lines--)
        {
            Assert.Equal(PktRead.Line, PktLine.TryRead(ref rest, out var line));
            Assert.Equal(2, line.Payload.FirstSpan[0]);
            back.AddRange(line.Payload.Slice(1).ToArray());
        }
        Assert.True(rest.IsEmpty);
        Assert.Equal(data, back);
    }

    [Fact]
    public void A_payload_over_the_limit_is_the_callers_mistake()
    {
        var written = new ArrayBufferWriter<byte>();
        PktLine.Write(written, new byte[PktLine.MaxPayload]);
        Assert.Equal(PktLine.MaxLength, written.WrittenCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => PktLine.Write(written, new byte[PktLine.MaxPayload + 1]));
    }
}
