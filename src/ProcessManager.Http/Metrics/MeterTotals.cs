using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ProcessManager.Http;

/// <summary>
/// What the meter named <c>ProcessManager</c> counted since the server began to listen. Prometheus' names are made from the instruments': <c>.</c> becomes
/// <c>_</c>, <c>procman_</c> goes in front, a counter ends in <c>_total</c> and a histogram of seconds in <c>_seconds</c>.
/// </summary>
internal sealed class MeterTotals : IDisposable
{
    /// <summary>Of every histogram here: all of them are seconds, from a turn of a millisecond to a grace of minutes.</summary>
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _all = new();
    private readonly MeterListener _listener = new();

    public MeterTotals()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "ProcessManager")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    public void WriteTo(PrometheusText text)
    {
        _listener.RecordObservableInstruments();
        // Two managers in one process have an instrument each of the same name, and a page may hold a name once.
        foreach (var family in _all.GroupBy(entry => NameOf(entry.Key), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var instrument = family.First().Key;
            var histogram = IsHistogram(instrument);
            text.Family(family.Key, histogram ? "histogram" : IsCounter(instrument) ? "counter" : "gauge", instrument.Description ?? instrument.Name);
            foreach (var series in family.SelectMany(entry => entry.Value).GroupBy(x => x.Key, x => x.Value, StringComparer.Ordinal))
            {
                Write(text, family.Key, series.Key, Series.Sum(series), histogram);
            }
        }
    }

    private static void Write(PrometheusText text, string name, string labels, Series series, bool histogram)
    {
        if (!histogram)
        {
            text.Sample(name, labels, series.Value);
            return;
        }

        var before = labels.Length == 0 ? "" : labels + ",";
        long below = 0;
        for (var bucket = 0; bucket < Buckets.Length; bucket++)
        {
            below += series.Counts[bucket];
            text.Sample(name + "_bucket", $"{before}le=\"{Buckets[bucket].ToString(CultureInfo.InvariantCulture)}\"", below);
        }

        text.Sample(name + "_bucket", before + "le=\"+Inf\"", series.Count);
        text.Sample(name + "_sum", labels, series.Value);
        text.Sample(name + "_count", labels, series.Count);
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _all.GetOrAdd(instrument, _ => new(StringComparer.Ordinal)).GetOrAdd(Labels(tags), _ => new Series());
        lock (series)
        {
            series.Value = IsObserved(instrument) ? value : series.Value + value;
            series.Count++;
            var bucket = Array.FindIndex(Buckets, limit => value <= limit);
            if (bucket >= 0)
            {
                series.Counts[bucket]++;
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(PrometheusText.Label(name.Replace('.', '_'), Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
        }

        return text.ToString();
    }

    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        name = name.StartsWith("procman_", StringComparison.Ordinal) ? name : "procman_" + name;
        var ending = IsCounter(instrument) ? "_total" : instrument.Unit == "s" ? "_seconds" : "";
        return name.EndsWith(ending, StringComparison.Ordinal) ? name : name + ending;
    }

    private static bool IsHistogram(Instrument instrument) => instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);

    // The names with UpDown are gauges to Prometheus: they fall.
    private static bool IsCounter(Instrument instrument) =>
        instrument.GetType().Name is { } type && (type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal));

    // These tell where they stand, the others by how much they moved.
    private static bool IsObserved(Instrument instrument) => instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);

    private sealed class Series
    {
        public double Value { get; set; }

        public long Count { get; set; }

        public long[] Counts { get; } = new long[Buckets.Length];

        public static Series Sum(IEnumerable<Series> all)
        {
            var sum = new Series();
            foreach (var one in all)
            {
                lock (one)
                {
                    sum.Value += one.Value;
                    sum.Count += one.Count;
                    for (var bucket = 0; bucket < Buckets.Length; bucket++)
                    {
                        sum.Counts[bucket] += one.Counts[bucket];
                    }
                }
            }

            return sum;
        }
    }
}
