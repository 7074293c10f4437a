namespace ProcessManager.Os;

/// <summary>
/// When what stands before an offset had been written: at most 512 points for each stream. When they are full, the older a stretch is the
/// coarser it gets (a gap grows to a fraction of its age), and a merged stretch takes the later time, so that "since" shows rather too much than too little.
/// </summary>
internal sealed class TimePoints
{
    private const int Most = 512;

    private readonly List<TimePoint> _points = [];

    internal IReadOnlyList<TimePoint> All => _points;

    internal TimePoint? Last => _points.Count == 0 ? null : _points[^1];

    /// <summary>Times and offsets never fall: an earlier time is taken as the last one.</summary>
    internal void Add(long offset, long timeMs)
    {
        if (Last is { } last)
        {
            if (offset <= last.Offset)
            {
                return;
            }

            timeMs = Math.Max(timeMs, last.TimeMs);
            if (timeMs == last.TimeMs)
            {
                _points.RemoveAt(_points.Count - 1);
            }
        }

        _points.Add(new TimePoint(offset, timeMs));
        if (_points.Count > Most)
        {
            for (var part = 256; _points.Count > Most * 3 / 4; part /= 2)
            {
                Thin(part);
            }
        }
    }

    /// <summary>Forgets what is about output that isn't kept.</summary>
    internal void DropBefore(long offset) => _points.RemoveRange(0, IndexAfter(offset));

    /// <summary>The first point after an offset: when the byte there was seen, and up to where that holds. Null: not seen yet.</summary>
    internal TimePoint? After(long offset)
    {
        var index = IndexAfter(offset);
        return index == _points.Count ? null : _points[index];
    }

    /// <summary>What stands before this offset was seen before that time; 0 when nothing was.</summary>
    internal long OffsetAt(long timeMs)
    {
        var index = _points.FindLastIndex(point => point.TimeMs < timeMs);
        return index < 0 ? 0 : _points[index].Offset;
    }

    private int IndexAfter(long offset)
    {
        var (low, high) = (0, _points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _points[middle].Offset > offset ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Thin(int part)
    {
        var newest = _points[^1].TimeMs;
        var kept = 0;
        for (var i = 0; i < _points.Count; i++)
        {
            var between = i > 0 && i < _points.Count - 1;
            var close = part == 1
                ? i % 2 == 1
                : between && _points[i + 1].TimeMs - _points[kept - 1].TimeMs <= (newest - _points[i].TimeMs) / part;
            if (!(between && close))
            {
                _points[kept++] = _points[i];
            }
        }

        _points.RemoveRange(kept, _points.Count - kept);
    }
}

/// <summary>What stands before <paramref name="Offset"/> had been written by <paramref name="TimeMs"/> (milliseconds since 1970).</summary>
internal readonly record struct TimePoint(long Offset, long TimeMs);
