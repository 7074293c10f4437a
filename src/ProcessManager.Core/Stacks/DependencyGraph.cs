namespace ProcessManager;

/// <summary>
/// Which process waits for which: the edges lead from what waits to what is waited for, optional ones too. What is waited for and isn't one of the processes is outside of
/// the graph, and in no order.
/// </summary>
public sealed class DependencyGraph
{
    private readonly List<ProcessId> _ids = [];
    private readonly Dictionary<ProcessId, ValueList<Dependency>> _all = [];
    private readonly Dictionary<ProcessId, List<ProcessId>> _within = [];

    /// <param name="processes">In the order that they are shown in; the last of one id counts.</param>
    public DependencyGraph(IEnumerable<(ProcessId Id, ValueList<Dependency> DependsOn)> processes)
    {
        foreach (var (id, dependsOn) in processes)
        {
            if (!_all.ContainsKey(id))
            {
                _ids.Add(id);
            }

            _all[id] = dependsOn;
        }

        foreach (var id in _ids)
        {
            _within[id] = [.. _all[id].Select(on => on.Id).Where(_all.ContainsKey).Distinct()];
        }
    }

    /// <summary>Those with ids; the graph of specs.</summary>
    public static DependencyGraph Of(IEnumerable<ProcessSpec> specs) => new(specs.Select(spec => (spec.Id!.Value, spec.DependsOn)));

    public IReadOnlyList<ProcessId> Ids => _ids;

    /// <summary>What one waits for, of the processes in the graph.</summary>
    public IReadOnlyList<ProcessId> DependenciesOf(ProcessId id) => _within[id];

    /// <summary>What one waits for, as its spec says it.</summary>
    public ValueList<Dependency> EdgesOf(ProcessId id) => _all[id];

    /// <summary>Who waits for one.</summary>
    public ILookup<ProcessId, ProcessId> Dependants =>
        _ids.SelectMany(id => _within[id].Select(on => (On: on, By: id))).ToLookup(edge => edge.On, edge => edge.By);

    /// <summary>What is waited for, must be there, and isn't one of the processes: by whom.</summary>
    public IEnumerable<(ProcessId By, ProcessId On)> Outside() =>
        _ids.SelectMany(id => _all[id].Where(on => !on.Optional && !_all.ContainsKey(on.Id)).Select(on => (id, on.Id)));

    /// <summary>A way from a process back to itself, named from start to end; null when there is none.</summary>
    /// <remarks>Without recursion: a chain may be as long as there are processes.</remarks>
    public IReadOnlyList<ProcessId>? Cycle()
    {
        var done = new HashSet<ProcessId>();
        foreach (var root in _ids)
        {
            var path = new List<ProcessId>();
            var onPath = new HashSet<ProcessId>();
            var next = new Stack<IEnumerator<ProcessId>>();
            Enter(root);
            while (next.TryPeek(out var edges))
            {
                if (!edges.MoveNext())
                {
                    next.Pop();
                    done.Add(path[^1]);
                    onPath.Remove(path[^1]);
                    path.RemoveAt(path.Count - 1);
                }
                else if (onPath.Contains(edges.Current))
                {
                    return [.. path.SkipWhile(id => id != edges.Current), edges.Current];
                }
                else
                {
                    Enter(edges.Current);
                }
            }

            void Enter(ProcessId id)
            {
                if (!done.Contains(id) && onPath.Add(id))
                {
                    path.Add(id);
                    next.Push(((IEnumerable<ProcessId>)_within[id]).GetEnumerator());
                }
            }
        }

        return null;
    }

    /// <summary>The processes in layers: each waits only for some of the layers before. Of a graph without cycles.</summary>
    public IReadOnlyList<IReadOnlyList<ProcessId>> Layers()
    {
        var left = _ids.ToDictionary(id => id, id => _within[id].Count);
        var dependants = Dependants;
        var layers = new List<IReadOnlyList<ProcessId>>();
        var layer = _ids.FindAll(id => left[id] == 0);
        while (layer.Count > 0)
        {
            layers.Add(layer);
            layer = [.. layer.SelectMany(id => dependants[id]).Where(id => --left[id] == 0)];
        }

        return layers;
    }

    /// <exception cref="ProcessManagerException">DependencyCycle, with the way around.</exception>
    public void CheckCycles()
    {
        if (Cycle() is { } cycle)
        {
            throw new ProcessManagerException(ErrorCode.DependencyCycle, cycle.Count == 2
                ? $"\"{cycle[0]}\" depends on itself."
                : $"These wait for each other, so none could ever start: {string.Join(" → ", cycle)}.");
        }
    }

    /// <param name="missing">Of <see cref="Outside"/> those that really aren't there.</param>
    /// <exception cref="ProcessManagerException">DependencyMissing, with all of them.</exception>
    public static void Refuse(IReadOnlyCollection<(ProcessId By, ProcessId On)> missing)
    {
        if (missing.Count > 0)
        {
            throw new ProcessManagerException(
                ErrorCode.DependencyMissing,
                $"{string.Join("; ", missing.Take(10).Select(edge => $"\"{edge.By}\" depends on \"{edge.On}\", which isn't there"))}{(missing.Count > 10 ? $"; and {missing.Count - 10} more" : "")}.");
        }
    }
}
