using System.Globalization;

namespace ProcessManager.Os;

/// <summary>
/// Limits other than that on open files can't be set around posix_spawn: they would hold for the manager meanwhile. So the child becomes
/// <c>prlimit</c> (util-linux) first, which sets them on itself and then becomes the command: the same pid, and it works the same if the
/// manager dies half-way. What prlimit would only tell its own stderr is checked before.
/// </summary>
internal static unsafe class LimitWrapper
{
    private static readonly string[] Places = ["/usr/bin/prlimit", "/bin/prlimit", "/usr/local/bin/prlimit"];

    public static string? Path { get; } = Array.Find(Places, File.Exists);

    /// <summary>argv of the wrapper up to where the command comes.</summary>
    public static List<string> Arguments(IReadOnlyDictionary<string, ResourceLimit>? limits, RLimit openFiles)
    {
        List<string> arguments = ["prlimit"];
        var saysOpenFiles = false;
        foreach (var (name, limit) in limits ?? new Dictionary<string, ResourceLimit>())
        {
            var native = ResourceLimits.ToNative(limit);
            arguments.Add($"--{name.ToLowerInvariant()}={Text(native.Soft)}:{Text(native.Hard)}");
            saysOpenFiles |= ResourceLimits.Find(name) == OpenFileLimit.Resource;
        }

        if (!saysOpenFiles)
        {
            arguments.Add($"--nofile={Text(openFiles.Soft)}:{Text(openFiles.Hard)}");
        }

        arguments.Add("--");
        return arguments;
    }

    /// <summary>What is wrong with the limits for this manager; null: nothing.</summary>
    public static ErrorInfo? Check(SpawnRequest request, ManagerIdentity manager)
    {
        foreach (var (name, limit) in request.Limits ?? new Dictionary<string, ResourceLimit>())
        {
            if (ResourceLimits.Find(name) is not { } number)
            {
                return new ErrorInfo(ErrorCode.InvalidSpec, $"\"{name}\" is not a limit; they are {string.Join(", ", ResourceLimits.Names.Order(StringComparer.Ordinal))}.");
            }

            var wanted = ResourceLimits.ToNative(limit);
            if (wanted.Soft > wanted.Hard)
            {
                return new ErrorInfo(ErrorCode.InvalidSpec, $"The soft limit of {name} ({Text(wanted.Soft)}) is above its hard limit ({Text(wanted.Hard)}).");
            }

            RLimit own;
            if (Libc.Prlimit(0, number, null, &own) == 0 && wanted.Hard > own.Hard && !(manager.MayRaiseLimits && (request.RunAs?.Uid ?? manager.Uid) == manager.Uid))
            {
                return new ErrorInfo(
                    ErrorCode.PermissionDenied,
                    $"The hard limit of {name} can't be raised from the manager's own {Text(own.Hard)} to {Text(wanted.Hard)}: "
                    + "that needs CAP_SYS_RESOURCE and a child that runs as the manager's user.");
            }
        }

        return Path is null ? new ErrorInfo(ErrorCode.NotSupported, $"Limits need the program prlimit of util-linux, which is at none of {string.Join(", ", Places)}.") : null;
    }

    private static string Text(ulong value) => value == RLimit.Unlimited ? "unlimited" : value.ToString(CultureInfo.InvariantCulture);
}
