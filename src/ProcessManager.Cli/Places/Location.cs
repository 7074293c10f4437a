using System.Text;

namespace ProcessManager.Cli;

/// <summary>Where a manager keeps its data and listens.</summary>
internal sealed record Location(string DataDirectory, string Socket)
{
    /// <summary>The kernel's limit for the path of a unix socket (sockaddr_un), less its closing zero.</summary>
    public const int MaxSocketBytes = 107;

    /// <param name="caller">Whose environment decides where nothing is said.</param>
    /// <param name="data">--data; else PROCMAN_DATA, else the system's place for root and the user's for others.</param>
    /// <param name="socket">--socket; else PROCMAN_SOCKET, else <c>procman.sock</c> in the data directory.</param>
    public static Location Find(Caller caller, string? data, string? socket)
    {
        var directory = caller.Absolute(data ?? caller.Variable("PROCMAN_DATA") ?? Default(caller));
        // A directory that was named on the command line says more than a socket that happens to be in the environment.
        var path = caller.Absolute(socket ?? (data is null ? caller.Variable("PROCMAN_SOCKET") : null) ?? Path.Combine(directory, "procman.sock"));
        var bytes = Encoding.UTF8.GetByteCount(path);
        return bytes <= MaxSocketBytes
            ? new Location(directory, path)
            : throw new ProcessManagerException(ErrorCode.InvalidSpec,
                $"The socket path {path} has {bytes} bytes, and a unix socket takes at most {MaxSocketBytes}: choose a shorter one with --socket or PROCMAN_SOCKET.");
    }

    private static string Default(Caller caller)
    {
        if (caller.IsRoot)
        {
            return "/var/lib/procman";
        }

        var state = caller.Variable("XDG_STATE_HOME") ?? Path.Combine(caller.Variable("HOME") ?? "/tmp", ".local/state");
        return Path.Combine(state, "procman");
    }
}
