using System.Diagnostics.CodeAnalysis;

namespace ProcessManager;

/// <summary>All processes of a manager, by id.</summary>
internal sealed class ProcessTable(int limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProcessEntity> _byId = [];
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>Whether there is room for one more.</summary>
    public bool Full => Count >= limit;

    public bool TryAdd(ProcessEntity entity)
    {
        lock (_gate)
        {
            return _byId.TryAdd(entity.Id.Value, entity) && _ids.Add(entity.Id.Value);
        }
    }

    public void Remove(ProcessEntity entity)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(entity.Id.Value, out var present) && present == entity)
            {
                _byId.Remove(entity.Id.Value);
                _ids.Remove(entity.Id.Value);
            }
        }
    }

    public bool TryGet(ProcessId id, [NotNullWhen(true)] out ProcessEntity? entity)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(id.Value, out entity);
        }
    }

    /// <summary>Those after an id, in the order of ids (ordinal); a copy.</summary>
    public List<ProcessEntity> After(string? id)
    {
        lock (_gate)
        {
            var ids = id is null || _ids.Count == 0 ? _ids : _ids.GetViewBetween(id, char.MaxValue.ToString());
            var found = new List<ProcessEntity>();
            foreach (var each in ids)
            {
                if (each != id)
                {
                    found.Add(_byId[each]);
                }
            }

            return found;
        }
    }
}
