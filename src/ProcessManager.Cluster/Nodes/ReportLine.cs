namespace ProcessManager.Cluster;

/// <summary>What is to be told to one process, in order. It holds little, however long the process can't be reached.</summary>
internal sealed class ReportLine
{
    private readonly Lock _gate = new();
    private readonly List<RelayedReport> _waiting = [];
    private RelayedReport? _first;
    private bool _retired;

    /// <summary>The process is being forgotten: whether what was told of it is wanted is all the same.</summary>
    public bool Dropped { get; private set; }

    /// <summary>Tells them; ends when none is left.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <param name="begin">Begins <see cref="Work"/>, for the first of a line.</param>
    /// <returns>False: this line has come to its end and is another's no more.</returns>
    public bool TryAdd(RelayedReport report, Func<Task> begin)
    {
        lock (_gate)
        {
            if (_retired)
            {
                return false;
            }

            if (_first is null)
            {
                _first = report;
                Work = begin();
            }
            else if (_first != report && !_waiting.Contains(report))
            {
                _waiting.RemoveAll(earlier => earlier.IsCoveredBy(report));
                _waiting.Add(report);
            }

            return true;
        }
    }

    public RelayedReport First
    {
        get
        {
            lock (_gate)
            {
                return _first!;
            }
        }
    }

    /// <summary>What waits isn't told any more; the first may be under way.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            Dropped = true;
            _waiting.Clear();
        }
    }

    /// <summary>The first was told.</summary>
    /// <returns>False when none is left: the line has ended.</returns>
    public bool Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _retired = true;
                return false;
            }

            _first = _waiting[0];
            _waiting.RemoveAt(0);
            return true;
        }
    }
}
