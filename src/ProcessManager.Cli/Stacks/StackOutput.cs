using System.Globalization;

namespace ProcessManager.Cli;

/// <summary>What became of the members of a stack, or would: a line each, and the exit code.</summary>
internal static class StackOutput
{
    public static int Show(Call call, StackOutcome outcome)
    {
        if (call.Json)
        {
            call.PrintJson(outcome);
        }
        else
        {
            var now = call.Caller.Clock.GetUtcNow();
            call.Print(Columns.Format(
                ["ID", "CHANGE", "STATE"], outcome.Members.Select(member => (string[])[member.Id.Value, Done(member), member.Info is { } info ? State.Brief(info, now) : "-"])));
        }

        return Report(call, outcome.Members.Select(member => (member.Id, member.Error)));
    }

    /// <summary>What a file would change; what it leaves alone isn't told.</summary>
    public static void ShowPlan(Call call, StackOutcome plan)
    {
        var changes = plan.Members.Where(member => member.Change != MemberChange.None).ToList();
        if (call.Json)
        {
            call.PrintJson(plan);
        }
        else if (changes.Count == 0)
        {
            call.Print($"{plan.Name} is as the file says: nothing to change.");
        }
        else
        {
            call.Print(Columns.Format(["ID", "CHANGE"], changes.Select(member => (string[])[member.Id.Value, Planned(member)])));
        }
    }

    public static int Show(Call call, ManyOutcome outcome)
    {
        if (call.Json)
        {
            call.PrintJson(outcome);
        }
        else
        {
            var now = call.Caller.Clock.GetUtcNow();
            call.Print(Columns.Format(["ID", "STATE"], outcome.Processes.Select(one => (string[])[one.Id.Value, one.Info is { } info ? State.Brief(info, now) : "removed"])));
        }

        return Report(call, outcome.Processes.Select(one => (one.Id, one.Error)));
    }

    private static int Report(Call call, IEnumerable<(ProcessId Id, ErrorInfo? Error)> members)
    {
        var code = ExitCodes.Done;
        foreach (var (id, error) in members)
        {
            if (error is not null)
            {
                code = Math.Max(code, ErrorTable.ExitCode(error.Code));
                call.Note($"{id}: {error.Message} ({error.Code})");
            }
        }

        return code;
    }

    private static string Done(MemberOutcome member) => member.Change switch
    {
        MemberChange.None => "none",
        MemberChange.Created => "created",
        MemberChange.Changed => $"changed ({member.Fields})",
        MemberChange.Restarted => $"restarted ({member.Fields})",
        MemberChange.Started => "started",
        MemberChange.Removed => "removed",
    };

    private static string Planned(MemberOutcome member) => member.Change switch
    {
        MemberChange.None => "none",
        MemberChange.Created => "create and start",
        MemberChange.Changed => string.Create(CultureInfo.InvariantCulture, $"change {member.Fields} in place"),
        MemberChange.Restarted => $"change {member.Fields}, and restart if it is up",
        MemberChange.Started => "start",
        MemberChange.Removed => "stop and remove",
    };
}
