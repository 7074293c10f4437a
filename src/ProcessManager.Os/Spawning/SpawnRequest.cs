namespace ProcessManager.Os;

/// <summary>One child to be started: everything that it is made of, nothing implied.</summary>
internal sealed record SpawnRequest
{
    /// <summary>As the user gave it, and argv[0]: a path (relative to <see cref="WorkingDirectory"/>), or a name looked up in the child's PATH.</summary>
    public required string Executable { get; init; }

    /// <summary>argv from 1 on.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The whole environment, <c>K=V</c> each.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Absolute; entered as the child's user.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>An open descriptor that stays the caller's and is needed until the outcome is there; -1 is /dev/null. So for the other two.</summary>
    public int StdinFd { get; init; } = -1;

    /// <summary>A terminal that the child opens as all three of its streams, which makes it its controlling one; the descriptors count for nothing then.</summary>
    public string? TerminalPath { get; init; }

    public int StdoutFd { get; init; } = -1;

    public int StderrFd { get; init; } = -1;

    /// <summary>
    /// A file that the child makes (O_EXCL, 0600) right before it becomes the command: where it is, the command may have run; where it
    /// isn't, it never did. Taken away again when exec fails. With another <see cref="RunAs"/> its directory must be writable for that
    /// user (0733 in a directory of 0700 will do: the way to it isn't walked as that user).
    /// </summary>
    public string? MarkerPath { get; init; }

    /// <summary>Null: as the manager itself.</summary>
    public Credentials? RunAs { get; init; }

    /// <summary>Null: the manager's when it started.</summary>
    public int? Umask { get; init; }

    public int? Nice { get; init; }

    public IReadOnlyList<int>? CpuAffinity { get; init; }

    /// <summary>By the names of <see cref="ResourceLimits"/>. The soft limit on open files is always that of <see cref="OpenFileLimit"/> unless given here.</summary>
    public IReadOnlyDictionary<string, ResourceLimit>? Limits { get; init; }

    public bool NoNewPrivileges { get; init; }

    /// <summary>The control group that it is to be in; stays the caller's and is needed until the outcome is there.</summary>
    public GroupJoin? Group { get; init; }
}

/// <summary>Whom a child runs as: real, effective and saved user and group id, and its supplementary groups, all of them.</summary>
internal sealed record Credentials(uint Uid, uint Gid, ValueList<uint> Groups);
