using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace GitNostrBridge.TestKit;

/// <summary>What one server measures from now on, by instrument and tags: sums of what is counted, last values of what is observed.</summary>
public sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    public Measurements(RunningServer server)
        : this(server.Services.GetRequiredService<IMeterFactory>())
    {
    }

    public Measurements(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests' servers measure in this process too.
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>A value such as `name{kind=state,cause=push}`, its tags in the order of their names; 0 when nothing was measured.</summary>
    public double this[string key] => _values.GetValueOrDefault(key);

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, double> All => _values;

    /// <summary>Asks the observable instruments.</summary>
    public Measurements Observe()
    {
        _listener.RecordObservableInstruments();
        return this;
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}").ToList();
        var key = labels.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', labels)}}}";
        _values.AddOrUpdate(key, value, (_, before) => instrument.IsObservable ? value : before + value);
    }
}
