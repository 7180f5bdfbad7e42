using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace GitNostrBridge.Server.Tests;

/// <summary>Identifiers that each want a number of fetches from one busy domain, one after the other; what happens is checked at each step.</summary>
internal sealed class ThrottleScene
{
    private const string Busy = "busy:443";

    private const int MaxSteps = 10_000;

    private readonly FakeTimeProvider _time = new();
    private readonly DomainThrottle _throttle;
    private readonly int _concurrency;
    private readonly int _perMinute;
    private readonly int[] _needs;
    private readonly Asked?[] _asked;
    private readonly List<(int Who, DomainLease Lease)> _underWay = [];
    private readonly List<DateTimeOffset> _begun = [];
    private int _asks;
    private int _served;

    public ThrottleScene(int concurrency, int perMinute, int[] needs)
    {
        (_concurrency, _perMinute, _needs) = (concurrency, perMinute, [.. needs]);
        _asked = new Asked?[needs.Length];
        _throttle = new DomainThrottle(_time, concurrency, perMinute);
    }

    public void Play(int[] pauses)
    {
        var total = _needs.Sum();
        for (var step = 0; _served < total || _underWay.Count > 0; step++)
        {
            Assert.True(step < MaxSteps, "somebody is never served");
            Ask();
            Collect();
            Assert.NotNull(_throttle.TryEnter($"idle-{step}:443", "0"));
            var pause = pauses[step % pauses.Length];

            // Some fetches end, some go on, and some steps only let time pass; it always does in the end.
            foreach (var ended in _underWay.Where((_, index) => (pause + index) % 3 == 0).ToList())
            {
                _underWay.Remove(ended);
                ended.Lease.Dispose();
                Collect();
            }

            _time.Advance(TimeSpan.FromSeconds(pause + 1));
            Collect();
        }
    }

    private void Ask()
    {
        for (var who = 0; who < _needs.Length; who++)
        {
            if (_asked[who] is null && _needs[who] > 0 && _underWay.TrueForAll(fetch => fetch.Who != who))
            {
                _needs[who]--;
                _asked[who] = new Asked(_asks++, _throttle.EnterAsync(Busy, who.ToString(CultureInfo.InvariantCulture), CancellationToken.None));
            }
        }
    }

    private void Collect()
    {
        for (var who = 0; who < _asked.Length; who++)
        {
            if (_asked[who] is { Lease.IsCompleted: true } asked)
            {
                _asked[who] = null;
                _underWay.Add((who, asked.Lease.GetAwaiter().GetResult()));
                _begun.Add(_time.GetUtcNow());
                _served++;
                AssertLimits();
                AssertTurn(asked.Order);
            }
        }
    }

    private void AssertLimits()
    {
        Assert.True(_underWay.Count <= _concurrency);
        Assert.Equal(_underWay.Count, _underWay.DistinctBy(fetch => fetch.Who).Count());
        Assert.True(_begun.Count(begun => begun > _time.GetUtcNow() - TimeSpan.FromMinutes(1)) <= _perMinute);
    }

    // Nobody who asked earlier still waits.
    private void AssertTurn(int order) => Assert.DoesNotContain(_asked, asked => asked is { Lease.IsCompleted: false } && asked.Order < order);

    private sealed record Asked(int Order, Task<DomainLease> Lease);
}
