namespace ProcessManager.Testing;

/// <summary>What commands of a pattern do: always the same, one after the other, or what a function says.</summary>
public sealed class Stub
{
    private readonly Lock _gate = new();
    private readonly Queue<FakeChild> _inTurn = new();
    private Func<ProcessSpec, FakeChild>? _does;

    internal Stub(CommandPattern pattern) => Pattern = pattern;

    internal CommandPattern Pattern { get; }

    /// <summary>Each of them does this.</summary>
    public Stub Does(FakeChild child) => Does(_ => child);

    /// <summary>Each of them does what the function says of its spec.</summary>
    public Stub Does(Func<ProcessSpec, FakeChild> child)
    {
        lock (_gate)
        {
            _does = child;
        }

        return this;
    }

    /// <summary>
    /// The first start does the first, the next one the second, restarts by policy too. After the last comes what <see cref="Does(FakeChild)"/>
    /// says; without that another start throws <see cref="StrayCommandException"/>.
    /// </summary>
    public Stub DoesInTurn(params IEnumerable<FakeChild> children)
    {
        lock (_gate)
        {
            foreach (var child in children)
            {
                _inTurn.Enqueue(child);
            }
        }

        return this;
    }

    /// <summary>Null: what was described is used up.</summary>
    internal FakeChild? Next(ProcessSpec spec)
    {
        Func<ProcessSpec, FakeChild>? does;
        lock (_gate)
        {
            if (_inTurn.TryDequeue(out var next))
            {
                return next;
            }

            does = _does;
        }

        return does?.Invoke(spec);
    }
}
