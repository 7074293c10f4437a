namespace ProcessManager;

/// <summary>
/// Reads what users wrote. It never throws on any input, and what it answers holds every fault at once, each with its path: structure (unknown
/// keys, wrong kinds, values that can't be read) and, for specs, the rules of <see cref="SpecRules"/>.
/// </summary>
public static class SpecBinder
{
    /// <summary>A spec.</summary>
    public static Bound<ProcessSpec> Process(SpecNode node)
    {
        var faults = new FaultList();
        return new(BoundSpec(node, faults, static (map, _) => SpecForm.Read(map), static spec => spec), faults);
    }

    /// <summary>The body of a run: a spec's fields and <c>input</c>.</summary>
    public static Bound<RunRequest> Run(SpecNode node)
    {
        var faults = new FaultList();
        return new(BoundSpec(node, faults, RunForm.Read, static run => run.Spec), faults);
    }

    /// <summary>The body of an attach: <c>osPid</c> and a spec's fields, of which the command may be left out.</summary>
    public static Bound<AttachRequest> Attach(SpecNode node)
    {
        var faults = new FaultList();
        return new(BoundSpec(node, faults, AttachForm.Read, static attach => attach.Spec is { Command.Length: 0 } spec ? spec with { Command = "-" } : attach.Spec!), faults);
    }

    /// <summary>A file of processes: <c>{name, environment, processes: {key: spec}}</c>.</summary>
    /// <param name="otherwiseNamed">The name of a file that has none of its own; without it that is a fault.</param>
    /// <param name="directory">What the paths in the file are relative to; they stay as they are when it isn't given.</param>
    public static Bound<StackSpec> File(SpecNode node, string? otherwiseNamed = null, string? directory = null)
    {
        var faults = new FaultList();
        return new(FileForm.Read(new Field(node, "", faults), otherwiseNamed, directory), faults);
    }

    /// <summary><c>{grace, wait}</c>; nothing at all is the default.</summary>
    public static Bound<StopOptions> Stop(SpecNode node) => Options(node, OptionForms.Stop, new StopOptions());

    /// <summary><c>{for, run, timeout}</c>; nothing at all is the default.</summary>
    public static Bound<WaitOptions> Wait(SpecNode node) => Options(node, OptionForms.Wait, new WaitOptions());

    /// <summary><c>{signal, tree}</c>.</summary>
    public static Bound<SignalRequest> Signal(SpecNode node) => Options(node, OptionForms.Signal, null);

    /// <summary><c>{columns, rows}</c>.</summary>
    public static Bound<TerminalSize> Resize(SpecNode node) => Options(node, OptionForms.Resize, null);

    /// <summary><c>{group or labels, ids}</c>.</summary>
    public static Bound<SyncScope> Sync(SpecNode node) => Options(node, OptionForms.Sync, null);

    /// <summary>The body of a pipe: <c>{stages, sequential, input}</c>. The rules are applied when it is run.</summary>
    public static Bound<PipeBody> Pipe(SpecNode node) => Options(node, PipeForm.Read, null);

    /// <summary>The body of a pool: <c>{concurrency}</c>; nothing at all is the default.</summary>
    public static Bound<PoolSpec> Pool(SpecNode node, string name) => Options(node, map => PoolForm.Pool(map, name), new PoolSpec { Name = name });

    /// <summary>The body of jobs: <c>{jobs: [{key, priority, a spec's fields}]}</c>. The rules are applied when they are added.</summary>
    public static Bound<PoolJobs> Jobs(SpecNode node) => Options(node, PoolForm.Jobs, null);

    /// <summary><c>{replicas}</c>.</summary>
    public static Bound<ScaleRequest> Scale(SpecNode node) => Options(node, OptionForms.Scale, null);

    /// <summary><c>{id, arguments}</c>; nothing at all is the default.</summary>
    public static Bound<TemplateStart> TemplateStart(SpecNode node) => Options(node, OptionForms.TemplateStart, new TemplateStart());

    /// <summary><c>{from, runOnStartup}</c>.</summary>
    public static Bound<TemplateSource> TemplateSource(SpecNode node) => Options(node, OptionForms.TemplateSource, null);

    /// <summary><c>{processes: [spec]}</c>.</summary>
    public static Bound<StartManyRequest> StartMany(SpecNode node)
    {
        var faults = new FaultList();
        if (MapReader.Open(new Field(node, "", faults)) is not { } map)
        {
            return new(null, faults);
        }

        var specs = map.Require("processes") is { } list ? list.Items(item => BoundSpec(item, faults)) : null;
        map.End();
        return new(specs is null ? null : new StartManyRequest(specs), faults);
    }

    /// <summary><c>{all, group, labels, ids}</c>.</summary>
    public static Bound<SelectionRequest> StartAll(SpecNode node) => Options(node, map => StackForms.Selection(map, stops: false), null);

    /// <summary><c>{all, group, labels, ids, timeout, force}</c>.</summary>
    public static Bound<SelectionRequest> StopAll(SpecNode node) => Options(node, map => StackForms.Selection(map, stops: true), null);

    /// <summary><c>{timeout, force, remove}</c>; nothing at all is the default.</summary>
    public static Bound<DownOptions> Down(SpecNode node) => Options(node, StackForms.Down, new DownOptions());

    /// <summary>What the system wrote itself, maybe in a later version: unknown keys are passed over, the rules aren't applied.</summary>
    internal static Bound<T> Stored<T>(SpecNode node, Func<MapReader, FaultList, T> read)
        where T : class
    {
        var faults = new FaultList { Lenient = true };
        var map = MapReader.Open(new Field(node, "", faults));
        return new(map is null ? null : read(map, faults), faults);
    }

    private static ProcessSpec? BoundSpec(Field field, FaultList faults)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var spec = SpecForm.Read(map);
        map.End();
        faults.AddRules(field.Path, SpecRules.Check(spec));
        return spec;
    }

    private static T? BoundSpec<T>(SpecNode node, FaultList faults, Func<MapReader, FaultList, T> read, Func<T, ProcessSpec> spec)
        where T : class
    {
        if (MapReader.Open(new Field(node, "", faults)) is not { } map)
        {
            return null;
        }

        var value = read(map, faults);
        map.End();
        faults.AddRules("", SpecRules.Check(spec(value)));
        return value;
    }

    private static Bound<T> Options<T>(SpecNode node, Func<MapReader, T?> read, T? otherwise)
        where T : class
    {
        var faults = new FaultList();
        if (node.Kind == SpecNodeKind.Null && otherwise is not null)
        {
            return new(otherwise, faults);
        }

        if (MapReader.Open(new Field(node, "", faults)) is not { } map)
        {
            return new(null, faults);
        }

        var value = read(map);
        map.End();
        return new(value, faults);
    }
}
