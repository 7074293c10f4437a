namespace ProcessManager;

/// <summary>
/// Reads the keys of a map one by one; what was never asked for is unknown, which <see cref="End"/> says. A key whose value is null counts as
/// left out.
/// </summary>
internal sealed class MapReader
{
    private readonly Field _map;
    private readonly Dictionary<string, SpecNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    private MapReader(Field map)
    {
        _map = map;
        foreach (var (key, value) in map.Node.Entries)
        {
            if (!_nodes.TryAdd(key, value))
            {
                map.Faults.Locate(SpecPath.Key(map.Path, key), value.Position);
                map.Faults.Add(SpecPath.Key(map.Path, key), "is given twice");
            }
        }
    }

    /// <summary>Null where the field isn't a map, which is a fault.</summary>
    public static MapReader? Open(Field field) => field.Node.Kind == SpecNodeKind.Map ? new MapReader(field) : field.Refuse<MapReader>("a map");

    /// <summary>Every key, for maps whose keys are the user's.</summary>
    public IEnumerable<(string Key, Field Field)> Fields() => _nodes.Select(entry => (entry.Key, At(entry.Key, entry.Value)));

    /// <summary>Whether it is there, be it as null.</summary>
    public bool Says(string key) => _nodes.ContainsKey(key);

    public Field? Take(string key)
    {
        _known.Add(key);
        return _nodes.TryGetValue(key, out var node) && node.Kind != SpecNodeKind.Null ? At(key, node) : null;
    }

    public Field? Require(string key)
    {
        var field = Take(key);
        if (field is null)
        {
            _map.Faults.Add(SpecPath.Key(_map.Path, key), "is required");
        }

        return field;
    }

    public T Value<T>(string key, Func<Field, T?> read, T otherwise)
        where T : struct => Value(key, read) ?? otherwise;

    public T? Value<T>(string key, Func<Field, T?> read)
        where T : struct => Take(key) is { } field ? read(field) : null;

    public T Object<T>(string key, Func<Field, T?> read, T otherwise)
        where T : class => Object(key, read) ?? otherwise;

    public T? Object<T>(string key, Func<Field, T?> read)
        where T : class => Take(key) is { } field ? read(field) : null;

    public string? Text(string key) => Object(key, field => field.Text());

    public bool Boolean(string key) => Value(key, field => field.Boolean()) ?? false;

    /// <summary>A value or the word <c>unlimited</c>, which is null.</summary>
    public T? OrUnlimited<T>(string key, Func<Field, T?> read, T? otherwise)
        where T : struct
    {
        var field = Take(key);
        return field is null ? otherwise : field.Value.Is("unlimited") ? null : read(field.Value) ?? otherwise;
    }

    /// <summary>Says what is wrong with the map as a whole.</summary>
    public void Fault(string message) => _map.Faults.Add(_map.Path, message);

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void End()
    {
        if (_map.Faults.Lenient)
        {
            return;
        }

        foreach (var (key, node) in _nodes)
        {
            if (!_known.Contains(key))
            {
                _map.Faults.Locate(SpecPath.Key(_map.Path, key), node.Position);
                _map.Faults.Add(SpecPath.Key(_map.Path, key), _map.Faults.Full ? "" : Unknown(key));
            }
        }
    }

    private string Unknown(string key) =>
        NearestKey.To(key, _known) is { } near ? $"unknown key; did you mean `{near}`?" : $"unknown key; known are {string.Join(", ", _known)}";

    private Field At(string key, SpecNode node) => new(node, SpecPath.Key(_map.Path, key), _map.Faults);
}
