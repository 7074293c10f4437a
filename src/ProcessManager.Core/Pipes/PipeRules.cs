namespace ProcessManager;

/// <summary>What a pipe must keep to, and when it has failed.</summary>
internal static class PipeRules
{
    private const int MostStages = 32;

    private static readonly Signal BrokenPipe = new(13);

    /// <exception cref="ProcessManagerException">InvalidSpec, with every fault of every stage.</exception>
    public static void Check(PipeRequest pipe)
    {
        var faults = new List<Fault>();
        if (pipe.Stages.Count is < 2 or > MostStages)
        {
            faults.Add(new Fault("stages", $"must be 2 to {MostStages}, and are {pipe.Stages.Count}"));
        }

        for (var index = 0; index < pipe.Stages.Count; index++)
        {
            var (path, stage) = (SpecPath.Item("stages", index), pipe.Stages[index]);
            faults.AddRange(SpecRules.Check(stage).Select(fault => new Fault(SpecPath.Join(path, fault.Path), fault.Message)));
            Refuse(stage.Restart.When != RestartWhen.Never, SpecPath.Join(path, "restart"), "a stage is run once: what it has read is gone");
            Refuse(stage.Output.Mode == OutputMode.Terminal, SpecPath.Join(path, "output"), "a stage has its neighbours' pipes, and no terminal");
            Refuse(index > 0 && stage.Stdin.Mode != StdinMode.None, SpecPath.Join(path, "stdin"), "is what the stage before writes");
            Refuse(
                index < pipe.Stages.Count - 1 && stage.IdleTimeout is not null,
                SpecPath.Join(path, "idleTimeout"),
                "what it writes goes to the next stage, unseen; the last stage can have one");
        }

        Refuse(
            pipe.Stages.Select(stage => stage.Node).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1, "stages", "name more than one node; all of them run on one");
        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }

        void Refuse(bool refused, string path, string message)
        {
            if (refused)
            {
                faults.Add(new Fault(path, message));
            }
        }
    }

    /// <summary>
    /// The stage for which the pipe has failed; null: none, as far as is known. One that SIGPIPE ended has only lost its reader: that is no failure once a later stage has succeeded,
    /// and none of its own while a later one may.
    /// </summary>
    /// <param name="ends">Why each stage ended; null: it hasn't.</param>
    public static int? Failed(IReadOnlyList<(EndReason Reason, Signal? Signal)?> ends)
    {
        int? unread = null;
        for (var index = 0; index < ends.Count; index++)
        {
            if (ends[index] is not { } end || end.Reason == EndReason.Completed)
            {
                continue;
            }

            var lostItsReader = end is { Reason: EndReason.Signaled, Signal: { } signal } && signal == BrokenPipe && index < ends.Count - 1;
            if (!lostItsReader)
            {
                return index;
            }

            var later = ends.Skip(index + 1).ToList();
            if (!later.Exists(each => each is null || each.Value.Reason == EndReason.Completed))
            {
                unread ??= index;
            }
        }

        return unread;
    }

    /// <summary>Where all stages can run.</summary>
    public static ProcessSpec Placing(PipeRequest pipe) => pipe.Stages[0] with
    {
        Node = pipe.Stages.Select(stage => stage.Node).FirstOrDefault(node => node is not null),
        NodeLabels = pipe.Stages.SelectMany(stage => stage.NodeLabels).ToValueMap(),
    };
}
