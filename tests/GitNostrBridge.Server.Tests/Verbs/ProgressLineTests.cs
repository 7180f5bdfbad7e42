using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>How long work tells of itself.</summary>
public sealed class ProgressLineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();

    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void On_a_terminal_one_line_is_written_over_and_cleared_at_the_end()
    {
        using (var line = new ProgressLine(_output, isTerminal: true, _time))
        {
            line.Show("copying", 1, 4);
            Assert.Empty(_output.ToString());
            _time.Advance(TimeSpan.FromSeconds(1));
            line.Show("copying", 2, 4);
        }

        Assert.Equal("\rcopying [############............] 2 of 4\e[K\r\e[K", _output.ToString());
    }

    [Fact]
    public void Elsewhere_a_line_comes_every_ten_seconds()
    {
        using var line = new ProgressLine(_output, isTerminal: false, _time);
        for (var second = 1; second <= 25; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            line.Show("reading", second, 0);
        }

        Assert.Equal($"reading 10{Environment.NewLine}reading 20{Environment.NewLine}", _output.ToString());
    }
}
