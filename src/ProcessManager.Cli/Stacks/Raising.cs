namespace ProcessManager.Cli;

/// <summary>Makes a process of a file be up, whatever it was before.</summary>
internal static class Raising
{
    public static async Task<Raised> RaiseAsync(IProcessManager manager, ProcessSpec spec, CancellationToken cancellationToken)
    {
        var plan = await manager.PlanAsync(spec, cancellationToken);
        if (plan.Effect == UpdateEffect.Create)
        {
            return new Raised(plan, await manager.CreateAsync(spec, start: true, cancellationToken));
        }

        var info = await manager.UpdateAsync(spec, ifVersion: null, cancellationToken);
        return new Raised(plan, info.Goal == Goal.Up && !IsOver(info) ? info : await manager.StartAsync(info.Id, cancellationToken));
    }

    private static bool IsOver(ProcessInfo info) => info.Phase is Phase.Created or Phase.Terminated or Phase.Finished;
}

/// <summary>What it took, and how it stands.</summary>
internal sealed record Raised(UpdatePlan Plan, ProcessInfo Info);
