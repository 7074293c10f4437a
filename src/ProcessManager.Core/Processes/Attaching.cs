namespace ProcessManager;

/// <summary>The body of an attach: <c>osPid</c>, and a spec's fields, of which <c>command</c> may be left out.</summary>
public sealed record AttachRequest(int OsPid, ProcessSpec? Spec);

/// <summary>A living process that can be attached, as its machine knows it.</summary>
/// <param name="Command">As it was started, read from the kernel; its name where that says nothing.</param>
public sealed record AttachTarget(ChildIdentity Child, string Command, ValueList<string> Args);

/// <summary>What a process becomes that somebody else started.</summary>
internal static class AttachRules
{
    /// <summary>
    /// The spec to declare: what its caller said; the command as the kernel has it where none was given. It outlives the manager, as it did before there was one.
    /// </summary>
    public static (ProcessSpec Spec, Attachment Attached) Of(AttachTarget target, ProcessId? id, ProcessSpec? asked)
    {
        var startable = asked is { Command.Length: > 0 };
        var spec = asked ?? new ProcessSpec { Command = "" };
        return (
            spec with
            {
                Id = id ?? spec.Id ?? ProcessId.New(),
                Command = startable ? spec.Command : target.Command,
                Args = startable ? spec.Args : target.Args,
                Lifetime = Lifetime.Keep,
            },
            new Attachment(target.Child, startable));
    }

    /// <summary>What is wrong with the spec of a process that is there already, before anybody looks for it.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec.</exception>
    public static void Check(int osPid, ProcessSpec? spec)
    {
        var faults = new List<Fault>();
        if (osPid < 1)
        {
            faults.Add(new Fault("osPid", $"must be the number of a process, from 1, and is {osPid}"));
        }

        if (spec is not null)
        {
            var startable = spec.Command.Length > 0;
            faults.AddRange(SpecRules.Check(startable ? spec : spec with { Command = "-" }));
            Refuse(!startable && spec.Args.Count > 0, "args", "are of no use without a command");
            Refuse(!startable && spec.Restart.When != RestartWhen.Never, "restart.when", "needs a command: without one there is nothing to start again");
            Refuse(spec.Lifetime == Lifetime.WithManager, "lifetime", "must be keep: a process that was attached isn't the manager's to end when it goes");
        }

        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }

        void Refuse(bool wrong, string path, string why)
        {
            if (wrong)
            {
                faults.Add(new Fault(path, why));
            }
        }
    }

    /// <summary>Its output goes where it went before.</summary>
    /// <exception cref="ProcessManagerException">InvalidState.</exception>
    public static void CheckHasOutput(ProcessId id, bool attached)
    {
        if (attached)
        {
            throw new ProcessManagerException(
                ErrorCode.InvalidState, $"\"{id}\" was attached: its output goes where it went before, and this manager has none of it.");
        }
    }
}
