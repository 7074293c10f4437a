namespace ProcessManager;

/// <summary>Collects what is wrong with an input, with the place in the file where that is known, and bounded: nobody reads a million faults.</summary>
internal sealed class FaultList
{
    private const int Most = 100;

    private readonly List<Fault> _faults = [];
    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);
    private int _more;

    /// <summary>Whether unknown keys are passed over: for what the system wrote itself, maybe in a later version.</summary>
    public bool Lenient { get; init; }

    public bool None => _faults.Count == 0;

    /// <summary>Whether further faults are only counted, and their messages needn't be made.</summary>
    public bool Full => _faults.Count == Most;

    public void Locate(string path, SourcePosition? position)
    {
        if (position is { } known)
        {
            _positions[path] = known;
        }
    }

    public void Add(string path, string message)
    {
        if (Full)
        {
            _more++;
            return;
        }

        _faults.Add(new Fault(path, _positions.TryGetValue(path, out var position) ? $"{message} ({position})" : message));
    }

    /// <summary>Adds the faults that a rule found in what was bound, except where binding failed already.</summary>
    public void AddRules(string prefix, IEnumerable<Fault> found)
    {
        var known = _faults.Select(fault => fault.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, message) in found)
        {
            var whole = SpecPath.Join(prefix, path);
            if (!known.Contains(whole))
            {
                Add(whole, message);
            }
        }
    }

    public IReadOnlyList<Fault> ToList() => _more == 0 ? [.. _faults] : [.. _faults, new Fault("", $"and {_more} more faults")];
}
