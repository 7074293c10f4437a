using System.Globalization;

namespace ProcessManager;

/// <summary>
/// A node at its path, to be read as what is wanted there. Each reader answers null where the node isn't that, and has said so among the faults.
/// </summary>
internal readonly record struct Field
{
    public Field(SpecNode node, string path, FaultList faults)
    {
        (Node, Path, Faults) = (node, path, faults);
        faults.Locate(path, node.Position);
    }

    public SpecNode Node { get; }

    public string Path { get; }

    public FaultList Faults { get; }

    private bool IsScalar => Node.Kind is SpecNodeKind.Text or SpecNodeKind.Number or SpecNodeKind.Boolean;

    public string? Text() => IsScalar ? Node.Text : Refuse<string>("text");

    public bool? Boolean() =>
        Node.Kind == SpecNodeKind.Boolean ? Node.Text.Equals("true", StringComparison.OrdinalIgnoreCase) : RefuseValue<bool>("true or false");

    public int? Integer() =>
        Long() is not { } value ? null : value is >= int.MinValue and <= int.MaxValue ? (int)value : RefuseValue<int>("a whole number of at most 2147483647");

    public long? Long()
    {
        if (Node.Kind == SpecNodeKind.Number
            && decimal.TryParse(Node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && decimal.IsInteger(value)
            && value is >= long.MinValue and <= long.MaxValue)
        {
            return (long)value;
        }

        return RefuseValue<long>("a whole number");
    }

    public double? Number() =>
        Node.Kind == SpecNodeKind.Number && double.TryParse(Node.Text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : RefuseValue<double>("a number");

    public TimeSpan? Duration()
    {
        if (Node.Kind is not (SpecNodeKind.Text or SpecNodeKind.Number))
        {
            return RefuseValue<TimeSpan>("a duration, as \"1.5s\" or \"10m\"");
        }

        return Durations.TryParse(Node.Text, out var value, out var problem) ? value : SayValue<TimeSpan>(problem);
    }

    public long? Size()
    {
        if (Node.Kind is not (SpecNodeKind.Text or SpecNodeKind.Number))
        {
            return RefuseValue<long>("a size, as \"64MiB\" or a number of bytes");
        }

        return Sizes.TryParse(Node.Text, out var value, out var problem) ? value : SayValue<long>(problem);
    }

    public Signal? Signal()
    {
        const string Wanted = "a signal: a name, as SIGTERM or TERM, or a number from 1 to 64";
        return Node.Kind is SpecNodeKind.Text or SpecNodeKind.Number && ProcessManager.Signal.TryParse(Node.Text, out var value)
            ? value
            : RefuseValue<Signal>(Wanted);
    }

    public ProcessId? Id() =>
        Text() is not { } text ? null : ProcessId.TryParse(text, out var id) ? id : SayValue<ProcessId>(ProcessId.Rule(Quoted.Text(text).Trim('"')));

    public T? Choice<T>()
        where T : struct, Enum =>
        IsScalar && Spelling.TryParse<T>(Node.Text, out var value) ? value : RefuseValue<T>("one of " + string.Join(", ", Spelling.Names<T>()));

    public ValueList<string>? Texts() => Items(item => item.Text());

    public ValueList<int>? Integers() => Items(item => item.Integer()) is { } items ? new([.. items.Select(item => item!.Value)]) : null;

    /// <summary>The items that can be read; those that can't are among the faults.</summary>
    public ValueList<T>? Items<T>(Func<Field, T?> read)
    {
        if (Node.Kind != SpecNodeKind.List)
        {
            return Refuse<ValueList<T>>("a list");
        }

        var items = new List<T>(Node.Items.Count);
        for (var index = 0; index < Node.Items.Count; index++)
        {
            if (read(new Field(Node.Items[index], SpecPath.Item(Path, index), Faults)) is { } item)
            {
                items.Add(item);
            }
        }

        return new ValueList<T>([.. items]);
    }

    /// <summary>The values by key; those that can't be read are among the faults.</summary>
    public ValueMap<T>? Values<T>(Func<Field, (bool Read, T Value)> read)
    {
        if (MapReader.Open(this) is not { } map)
        {
            return null;
        }

        var values = new List<KeyValuePair<string, T>>();
        foreach (var (key, field) in map.Fields())
        {
            if (read(field) is (true, var value))
            {
                values.Add(new(key, value));
            }
        }

        return values.ToValueMap();
    }

    public bool Is(string word) => Node.Kind == SpecNodeKind.Text && Node.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Says that something else was wanted here.</summary>
    public T? Refuse<T>(string wanted)
        where T : class
    {
        RefuseValue<int>(wanted);
        return null;
    }

    public T? RefuseValue<T>(string wanted)
        where T : struct => SayValue<T>(Node.Kind == SpecNodeKind.Unreadable ? Node.Text : $"must be {wanted}, not {Shown()}");

    public T? SayValue<T>(string problem)
        where T : struct
    {
        Faults.Add(Path, problem);
        return null;
    }

    private string Shown() => Node.Kind switch
    {
        SpecNodeKind.Null => "null",
        SpecNodeKind.Text => $"the text {Quoted.Text(Node.Text)}",
        SpecNodeKind.Number or SpecNodeKind.Boolean => Quoted.Text(Node.Text).Trim('"'),
        SpecNodeKind.List => "a list",
        SpecNodeKind.Map => "a map",
        SpecNodeKind.Unreadable => Node.Text,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
