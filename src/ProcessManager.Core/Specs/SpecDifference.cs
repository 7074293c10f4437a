namespace ProcessManager;

/// <summary>What differs between two specs, and how an update with the second is carried out.</summary>
public static class SpecDifference
{
    public static UpdatePlan Between(ProcessSpec old, ProcessSpec desired) =>
        old == desired ? new UpdatePlan(UpdateEffect.Nothing, []) : new UpdatePlan(UpdateEffect.Restart, []);
}
