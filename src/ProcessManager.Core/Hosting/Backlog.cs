namespace ProcessManager;

/// <summary>What a process has gone on with though it couldn't be written: its changes and events, and the effects that wait for the disk.</summary>
internal sealed record Backlog(ValueList<ProcessChange> Changes, ValueList<ProcessEvent> Events, ValueList<ProcessEffect> Held)
{
    /// <summary>
    /// Facts stay facts, and a way down is a way down, when they can't be written: kept in memory and written with the next turn that can be.
    /// </summary>
    public static bool MustGoOn(ProcessOrder order) =>
        order is ProcessOrder.Stop or ProcessOrder.Kill or ProcessOrder.Reported or ProcessOrder.Wake or ProcessOrder.CleanedUp or ProcessOrder.StartToken
            or ProcessOrder.DependencyNews;

    /// <summary>Whether an effect ends something. What begins something waits until the decision for it is on the disk.</summary>
    public static bool Ends(ProcessEffect effect) =>
        effect is ProcessEffect.Command { Order: SupervisorCommand.EndTree or SupervisorCommand.RunStopCommand or SupervisorCommand.SendSignal };
}
