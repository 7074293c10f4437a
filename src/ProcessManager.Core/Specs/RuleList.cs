namespace ProcessManager;

/// <summary>Faults of one spec, as its rules find them.</summary>
internal sealed class RuleList
{
    /// <summary>More than anybody means, and little enough that now + duration is always a time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> Faults => _faults;

    /// <param name="problem">Nothing is wrong when it is null.</param>
    public void Add(string path, string? problem)
    {
        if (problem is not null)
        {
            _faults.Add(new Fault(path, problem));
        }
    }

    public void Refuse(bool refused, string path, string problem) => Add(path, refused ? problem : null);

    /// <summary>A time limit: null is none.</summary>
    public void Limit(string path, TimeSpan? value)
    {
        if (value == TimeSpan.Zero)
        {
            Add(path, "must be more than 0; leave it out for none");
        }
        else if (value is { } limit)
        {
            Length(path, limit);
        }
    }

    /// <summary>A length of time, 0 included.</summary>
    public void Length(string path, TimeSpan value) =>
        Add(path, value < TimeSpan.Zero ? $"must not be negative, and is {Durations.Format(value)}"
            : value > Longest ? $"must be at most {Longest.TotalDays:0}d, and is {Durations.Format(value)}"
            : null);

    public void Defined<T>(string path, T value)
        where T : struct, Enum =>
        Refuse(!Enum.IsDefined(value), path, $"must be one of {string.Join(", ", Spelling.Names<T>())}, not {value:D}");
}
