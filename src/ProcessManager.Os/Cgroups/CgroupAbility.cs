using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// What this process may do with control groups of version 2. Tracking needs only a hierarchy in which it may make groups; limits need controllers
/// there too, and those may be bound to hierarchies of version 1.
/// </summary>
/// <param name="Directory">Where it may make groups; null: nowhere.</param>
/// <param name="Obstacle">Why it may not.</param>
/// <param name="Controllers">Those of cpu, memory and pids that its groups could have.</param>
public sealed partial record CgroupAbility(string? Directory, string? Obstacle, ValueList<string> Controllers)
{
    private static readonly string[] Wanted = ["cpu", "memory", "pids"];

    /// <summary>Why a limit that needs <paramref name="controller"/> can't be enforced; null: it can.</summary>
    public string? Missing(string controller) =>
        Directory is null ? Obstacle
        : Controllers.Contains(controller) ? null
        : IsInVersion1(controller) ? $"the {controller} controller is bound to a cgroup hierarchy of version 1"
        : $"the {controller} controller isn't delegated to {Directory}";

    public static CgroupAbility Look()
    {
        var mount = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).FirstOrDefault(fields => fields is [_, _, "cgroup2", ..])?[1];
        var own = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..];
        if (mount is null || own is null)
        {
            return new CgroupAbility(null, "no cgroup hierarchy of version 2 is mounted", []);
        }

        var directory = Base(Path.Join(mount, own));
        if (!System.IO.Directory.Exists(directory))
        {
            return new CgroupAbility(null, $"{directory} isn't there: this process' cgroup is outside of its cgroup namespace", []);
        }

        if (!HostAbilities.CanWrite(directory) || !HostAbilities.CanWrite(Path.Join(directory, "cgroup.procs")))
        {
            return new CgroupAbility(null, $"{directory} isn't delegated to this user", []);
        }

        if (!IsDelegated(directory, own))
        {
            return new CgroupAbility(null, $"{directory} belongs to systemd and isn't delegated (Delegate=yes in the unit)", []);
        }

        var controllers = File.ReadAllText(Path.Join(directory, "cgroup.controllers")).Split((char[])[' ', '\n']).Intersect(Wanted);
        return new CgroupAbility(directory, null, [.. controllers.Order(StringComparer.Ordinal)]);
    }

    /// <summary>A manager that moved itself out of the way is in a leaf below what it was given: see <see cref="CgroupRoot"/>.</summary>
    private static string Base(string own) =>
        Path.GetFileName(own) == CgroupRoot.LeafName ? Path.GetDirectoryName(own)! : own;

    /// <summary>Root may write anywhere, but whose a group is has still to be kept to: the root of a hierarchy, or one that is marked as handed over.</summary>
    private static unsafe bool IsDelegated(string directory, string own)
    {
        if (Libc.GetEuid() != 0 || own == "/" || Path.GetFileName(own) == CgroupRoot.LeafName || !System.IO.Directory.Exists("/run/systemd/system"))
        {
            return true;
        }

        byte value;
        return (GetXattr(directory, "trusted.delegate", &value, 1) > 0 && value == '1') || (GetXattr(directory, "user.delegate", &value, 1) > 0 && value == '1');
    }

    private static bool IsInVersion1(string controller) =>
        File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).Any(fields => fields is [_, _, "cgroup", var options, ..] && options.Split(',').Contains(controller));

    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint GetXattr(string path, string name, byte* value, nuint size);
}
