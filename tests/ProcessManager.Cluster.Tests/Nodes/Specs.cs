using ProcessManager.Os;

namespace ProcessManager.Cluster.Tests;

internal static class Specs
{
    public static readonly ProcessSpec Sleep = Shell("exec sleep 600");

    public static ProcessSpec Shell(string script) => new() { Command = "/bin/sh", Args = ["-c", script] };

    public static bool IsAlive(ChildIdentity child) => ProcStat.TryRead(child.OsPid, out var stat) && stat.StartTicks == child.StartTicks && !stat.IsDead;
}
