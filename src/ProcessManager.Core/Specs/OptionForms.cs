namespace ProcessManager;

/// <summary>The bodies that go with a verb.</summary>
internal static class OptionForms
{
    public static StopOptions Stop(MapReader map) => new()
    {
        Grace = map.Value("grace", f => f.Duration()),
        Wait = map.Boolean("wait"),
    };

    public static WaitOptions Wait(MapReader map) => new()
    {
        For = map.Value("for", f => f.Choice<WaitFor>(), WaitFor.Terminated),
        Run = map.Value("run", f => f.Integer() is { } run ? (run > 0 ? run : f.RefuseValue<int>("a run's number, from 1")) : null),
        Timeout = map.Value("timeout", Positive),
    };

    public static SignalRequest? Signal(MapReader map)
    {
        var signal = map.Require("signal")?.Signal();
        var tree = map.Boolean("tree");
        return signal is { } known ? new SignalRequest(known, tree) : null;
    }

    /// <summary><c>{columns, rows}</c>.</summary>
    public static TerminalSize? Resize(MapReader map)
    {
        var columns = map.Require("columns")?.Integer();
        var rows = map.Require("rows")?.Integer();
        return columns is { } c && rows is { } r ? new TerminalSize(c, r) : null;
    }

    public static SyncScope? Sync(MapReader map)
    {
        var group = map.Text("group");
        var labels = map.Object("labels", f => f.Values(l => l.Text() is { } text ? (true, text) : (false, "")), []);
        var ids = map.Require("ids") is { } list ? list.Items(item => item.Id()) : null;
        if (group is null && labels.Count == 0)
        {
            map.Fault("must say its scope: group or labels");
        }

        return ids is null ? null : new SyncScope { Group = group, Labels = labels, Known = new([.. ids.Select(id => id!.Value)]) };
    }

    public static ScaleRequest? Scale(MapReader map) => map.Require("replicas")?.Integer() is { } replicas ? new ScaleRequest(replicas) : null;

    public static TemplateStart TemplateStart(MapReader map) => new()
    {
        Id = map.Value("id", f => f.Id()),
        Arguments = map.Object("arguments", f => f.Values(value => value.Text() is { } text ? (true, text) : (false, "")), []),
    };

    public static TemplateSource? TemplateSource(MapReader map)
    {
        var from = map.Require("from")?.Id();
        var startup = map.Boolean("runOnStartup");
        return from is { } known ? new TemplateSource(known, startup) : null;
    }

    private static TimeSpan? Positive(Field field) =>
        field.Duration() is { } value ? (value > TimeSpan.Zero ? value : field.SayValue<TimeSpan>("must be more than 0; leave it out for none")) : null;
}
