namespace ProcessManager.Os;

/// <summary>The call at which a start failed.</summary>
internal enum SpawnStep
{
    None,
    NoNewPrivileges,
    CpuAffinity,
    Nice,
    RunAs,
    WorkingDirectory,

    /// <summary>No candidate is a regular file that the user may execute.</summary>
    Lookup,
    Spawn,
}

/// <summary>A <see cref="SpawnRequest"/> as the kernel wants it, and what came of it. Lives in native memory, in a <see cref="SpawnBlock"/>.</summary>
internal unsafe struct SpawnPlan
{
    public byte** Argv;
    public byte** Environment;
    public byte** Candidates;
    public int CandidateCount;
    public byte* Directory;

    /// <summary>The thread's directory and umask are everybody's: the first is only looked at (a file action enters it), the second put back.</summary>
    public bool SharesDirectory;
    public int OwnUmask;

    /// <summary>Set: this is executed, and the candidate is put into argv at <see cref="CommandSlot"/>.</summary>
    public byte* Wrapper;
    public byte** CommandSlot;

    /// <summary>Ends after the look-up; <see cref="Chosen"/> says what was found.</summary>
    public bool OnlyLooks;
    public void* Attributes;
    public void* FileActions;
    public int Umask;

    public bool NoNewPrivileges;
    public bool SetsNice;
    public int Nice;
    public byte* Cpus;
    public nuint CpuBytes;

    public bool SwitchesUser;
    public uint Uid;
    public uint Gid;
    public uint* Groups;
    public int GroupCount;
    public uint OwnGid;
    public uint* OwnGroups;
    public int OwnGroupCount;
    public bool IsDumpable;

    /// <summary>Lowers the limit on open files around the call.</summary>
    public bool LowersOpenFiles;
    public RLimit OwnOpenFiles;
    public RLimit ChildOpenFiles;

    // What came of it.
    public SpawnStep Step;
    public int Errno;
    public int Pid;

    /// <summary>The candidate that was taken; after a failed <see cref="SpawnStep.Lookup"/> the first that is there and can't be, else -1.</summary>
    public int Chosen;

    /// <summary>Its file mode, 0 where that can't be seen.</summary>
    public int Mode;

    /// <summary>We could not become ourselves again: the process can't go on.</summary>
    public bool IsStuck;
}
