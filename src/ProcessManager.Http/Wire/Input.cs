namespace ProcessManager.Http;

/// <summary>Reads what users send. All faults are told at once, each with its path.</summary>
internal static class Input
{
    public static ProcessSpec Spec(ReadOnlyMemory<byte> body) => SpecBinder.Process(SpecJson.Parse(body)).Value;

    /// <summary>A spec for the id in the address; it needn't repeat it.</summary>
    public static ProcessSpec Spec(ReadOnlyMemory<byte> body, ProcessId id)
    {
        var spec = Spec(body);
        return spec.Id is null || spec.Id == id
            ? spec with { Id = id }
            : throw ProcessManagerException.Invalid([new Fault("id", $"\"{spec.Id}\" is another id than \"{id}\" in the address; leave it out")]);
    }

    public static StopOptions Stop(ReadOnlyMemory<byte> body) => SpecBinder.Stop(SpecJson.Parse(body)).Value;

    public static WaitOptions Wait(ReadOnlyMemory<byte> body) => SpecBinder.Wait(SpecJson.Parse(body)).Value;

    public static SignalRequest Signal(ReadOnlyMemory<byte> body) => SpecBinder.Signal(SpecJson.Parse(body)).Value;

    public static TerminalSize Resize(ReadOnlyMemory<byte> body) => SpecBinder.Resize(SpecJson.Parse(body)).Value;

    public static SyncScope Sync(ReadOnlyMemory<byte> body) => SpecBinder.Sync(SpecJson.Parse(body)).Value;

    public static RunRequest Run(ReadOnlyMemory<byte> body) => SpecBinder.Run(SpecJson.Parse(body)).Value;

    public static PipeBody Pipe(ReadOnlyMemory<byte> body) => SpecBinder.Pipe(SpecJson.Parse(body)).Value;

    public static PoolSpec Pool(ReadOnlyMemory<byte> body, string name) => SpecBinder.Pool(SpecJson.Parse(body), name).Value;

    public static PoolJobs Jobs(ReadOnlyMemory<byte> body) => SpecBinder.Jobs(SpecJson.Parse(body)).Value;

    /// <summary>A template for the name in the address; it needn't repeat it.</summary>
    public static Template Template(ReadOnlyMemory<byte> body, string name)
    {
        var template = ProcessManager.Template.Read(SpecJson.Parse(body), name).Value;
        return template.Name.Value == name
            ? template
            : throw ProcessManagerException.Invalid([new Fault("name", $"\"{template.Name}\" is another name than \"{name}\" in the address; leave it out")]);
    }

    public static int Scale(ReadOnlyMemory<byte> body) => SpecBinder.Scale(SpecJson.Parse(body)).Value.Replicas;

    public static TemplateStart TemplateStart(ReadOnlyMemory<byte> body) => SpecBinder.TemplateStart(SpecJson.Parse(body)).Value;

    public static TemplateSource TemplateSource(ReadOnlyMemory<byte> body) => SpecBinder.TemplateSource(SpecJson.Parse(body)).Value;

    public static AttachRequest Attach(ReadOnlyMemory<byte> body) => SpecBinder.Attach(SpecJson.Parse(body)).Value;

    /// <summary>For orders without options: no body, or an empty one.</summary>
    public static void Nothing(ReadOnlyMemory<byte> body)
    {
        var node = SpecJson.Parse(body);
        var faults = node.Kind switch
        {
            SpecNodeKind.Null => [],
            SpecNodeKind.Map => [.. node.Entries.Select(entry => new Fault(entry.Key, "unknown key; this order has no options"))],
            SpecNodeKind.Unreadable => new List<Fault> { new("", $"{node.Text} ({node.Position})") },
            _ => [new Fault("", "must be a map; this order has no options")],
        };
        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }
}
