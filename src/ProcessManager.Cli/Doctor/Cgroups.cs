using ProcessManager.Os;

namespace ProcessManager.Cli;

/// <summary>Control groups, version 2: whether processes can be tracked by them and limited.</summary>
internal static class Cgroups
{
    private static readonly string[] Controllers = ["cpu", "memory", "pids"];

    public static Finding Finding()
    {
        var ability = CgroupAbility.Look();
        if (ability.Directory is null)
        {
            return new Finding("cgroup v2", Verdict.Less, $"{ability.Obstacle}: processes can't be limited (resources)");
        }

        var missing = Controllers.Select(ability.Missing).OfType<string>().ToList();
        var limits = ability.Controllers.Count == 0 ? "no limits" : $"limits of {string.Join(", ", ability.Controllers)}";
        var why = missing.Count == 0 ? "" : $" ({string.Join("; ", missing)})";
        return new Finding("cgroup v2", missing.Count == 0 ? Verdict.Ok : Verdict.Less, $"{ability.Directory}: tracking; {limits}{why}");
    }
}
