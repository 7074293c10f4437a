using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>A <see cref="SpawnPlan"/> with all that it points to, in one piece of native memory; and the descriptors made for it.</summary>
internal sealed unsafe class SpawnBlock : IDisposable
{
    /// <summary>Descriptors of ours that the child's file actions name stay clear of 0 to 4, which those actions fill.</summary>
    private const int FirstSpare = 16;

    private readonly byte* _end;
    private List<int>? _spare;
    private void* _attributes;
    private byte* _next;

    private SpawnBlock(nuint size)
    {
        Plan = (SpawnPlan*)NativeMemory.Alloc(size);
        *Plan = default;
        _next = (byte*)(Plan + 1);
        _end = (byte*)Plan + size;
    }

    public SpawnPlan* Plan { get; }

    /// <summary>The names behind the candidates, for messages.</summary>
    public required IReadOnlyList<string> Candidates { get; init; }

    /// <summary>An argument with a NUL in it is the caller's fault: <see cref="ProcessManagerException"/> (InvalidSpec).</summary>
    public static SpawnBlock For(SpawnRequest request, ManagerIdentity manager, OpenFileLimit openFiles, bool ownsDirectory, void* attributes, int nullFd)
    {
        var candidates = CommandResolution.Candidates(request.Executable, request.Environment);
        if (!ownsDirectory)
        {
            candidates = [.. candidates.Select(candidate => Path.Combine(request.WorkingDirectory, candidate))];
        }

        var wrapper = SpawnWrapper.For(request, openFiles);
        var size = sizeof(SpawnPlan) + PSpace(request.Args, 2) + PSpace(request.Environment, 1) + PSpace(candidates, 1) + PSpace(wrapper?.Arguments ?? [], 2)
            + SSpace(request.Executable) + SSpace(request.WorkingDirectory) + SSpace(wrapper?.Path ?? "")
            + PosixSpawn.StructureBytes + 256 + ((request.RunAs?.Groups.Count ?? 0) * sizeof(uint));
        var block = new SpawnBlock((nuint)size) { Candidates = candidates };
        try
        {
            block.Plan->SharesDirectory = !ownsDirectory;
            block.Plan->OwnUmask = manager.Umask;
            block.Fill(request, wrapper, manager, openFiles, attributes);
            block.AddFileActions(request, ownsDirectory, nullFd);
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Plan->FileActions != null)
        {
            _ = PosixSpawn.ActionsDestroy(Plan->FileActions);
        }

        NativeMemory.Free(_attributes);
        foreach (var fd in _spare ?? [])
        {
            _ = Libc.Close(fd);
        }

        NativeMemory.Free(Plan);
    }

    private static int SSpace(string text) => (text.Length * 3) + 1;

    private static int PSpace(IReadOnlyList<string> texts, int extra)
    {
        var size = (texts.Count + extra) * sizeof(byte*);
        for (var i = 0; i < texts.Count; i++)
        {
            size = checked(size + SSpace(texts[i]));
        }

        return size;
    }

    private void Fill(SpawnRequest request, SpawnWrapper? wrapper, ManagerIdentity manager, OpenFileLimit openFiles, void* attributes)
    {
        Plan->Attributes = request.Group is { ByShell: false } group
            ? _attributes = PosixSpawn.MakeAttributes((int)group.Group.DangerousGetHandle())
            : attributes;
        Plan->Umask = request.Umask ?? manager.Umask;
        Plan->NoNewPrivileges = request.NoNewPrivileges;
        Plan->SetsNice = request.Nice is not null;
        Plan->Nice = request.Nice ?? 0;

        // Pointers first, for their alignment; then bytes.
        var before = wrapper?.Arguments.Count ?? 0;
        Plan->Argv = Pointers(before + 1 + request.Args.Count);
        Plan->Environment = Pointers(request.Environment.Count);
        Plan->Candidates = Pointers(Candidates.Count);
        Plan->CandidateCount = Candidates.Count;
        Plan->FileActions = null;
        var actions = Take(PosixSpawn.StructureBytes);

        if (request.RunAs is { } who && !manager.Is(who))
        {
            Plan->SwitchesUser = true;
            Plan->Uid = who.Uid;
            Plan->Gid = who.Gid;
            Plan->GroupCount = who.Groups.Count;
            Plan->Groups = (uint*)Take(who.Groups.Count * sizeof(uint));
            for (var i = 0; i < who.Groups.Count; i++)
            {
                Plan->Groups[i] = who.Groups[i];
            }

            Plan->OwnGid = manager.Gid;
            Plan->OwnGroups = manager.GroupNumbers;
            Plan->OwnGroupCount = manager.GroupCount;
            Plan->IsDumpable = manager.IsDumpable;
        }

        if (request.CpuAffinity is { } cpus)
        {
            // A set of 1,024 CPUs, as glibc has it; one above is refused by the caller's check as one that the machine hasn't.
            Plan->CpuBytes = 128;
            Plan->Cpus = Take(128);
            new Span<byte>(Plan->Cpus, 128).Clear();
            foreach (var cpu in cpus.Where(cpu => cpu is >= 0 and < 1024))
            {
                Plan->Cpus[cpu / 8] |= (byte)(1 << (cpu % 8));
            }
        }

        for (var i = 0; i < before; i++)
        {
            Plan->Argv[i] = Text(wrapper!.Arguments[i], "limits");
        }

        Plan->Argv[before] = Text(request.Executable, "command");
        for (var i = 0; i < request.Args.Count; i++)
        {
            Plan->Argv[before + 1 + i] = Text(request.Args[i], "args");
        }

        for (var i = 0; i < request.Environment.Count; i++)
        {
            Plan->Environment[i] = Text(request.Environment[i], "environment");
        }

        for (var i = 0; i < Candidates.Count; i++)
        {
            Plan->Candidates[i] = Text(Candidates[i], "command");
        }

        Plan->Directory = Text(request.WorkingDirectory, "workingDirectory");
        if (wrapper is not null)
        {
            Plan->Wrapper = Text(wrapper.Path, "limits");
            Plan->CommandSlot = Plan->Argv + before;
        }

        if (wrapper is not { SetsLimits: true } && openFiles.IsLowered && (LimitWrapper.Path is not null || openFiles.HasRoomBelow()))
        {
            Plan->LowersOpenFiles = true;
            Plan->OwnOpenFiles = openFiles.Own;
            Plan->ChildOpenFiles = openFiles.Children;
        }

        PosixSpawn.Check(PosixSpawn.ActionsInit(actions));
        Plan->FileActions = actions;
    }

    private void AddFileActions(SpawnRequest request, bool ownsDirectory, int nullFd)
    {
        var actions = Plan->FileActions;
        if (!ownsDirectory)
        {
            PosixSpawn.Check(PosixSpawn.AddChangeDirectory(actions, request.WorkingDirectory));
        }

        if (request.TerminalPath is { } terminal)
        {
            // It leads a session without a terminal: the first that it opens is that.
            PosixSpawn.Check(PosixSpawn.AddOpen(actions, 0, terminal, Libc.O_RDWR, 0));
            PosixSpawn.Check(PosixSpawn.AddDup2(actions, 0, 1));
            PosixSpawn.Check(PosixSpawn.AddDup2(actions, 0, 2));
        }
        else
        {
            AddStream(request.StdinFd, 0, nullFd);
            AddStream(request.StdoutFd, 1, nullFd);
            AddStream(request.StderrFd, 2, nullFd);
        }

        if (request.MarkerPath is { } marker)
        {
            // libc dups when the number is another, which would lose O_CLOEXEC: so it is 3, free by then, and closed explicitly.
            var path = Plan->SwitchesUser ? ThroughOurDescriptor(marker) : marker;
            PosixSpawn.Check(PosixSpawn.AddOpen(actions, 3, path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0x180 /* 0600 */));
        }

        var first = 3;
        if (request.Group is { ByShell: true } join)
        {
            // After the marker, in whose place one of them comes.
            AddSpare(join.Group, GroupJoin.GroupNumber);
            AddSpare(join.Report!, GroupJoin.ReportNumber);
            first = 5;
        }

        if (PosixSpawn.HasCloseFrom)
        {
            PosixSpawn.CloseFrom(actions, first);
            return;
        }

        // Without it: what the runtime opens is closed on exec anyhow; this is for what we inherited ourselves or a library opened.
        _ = Libc.CloseRange(3, uint.MaxValue, 4 /* CLOSE_RANGE_CLOEXEC */);
        if (request.MarkerPath is not null && first == 3)
        {
            PosixSpawn.Check(PosixSpawn.AddClose(actions, 3));
        }
    }

    private void AddSpare(SafeFileHandle descriptor, int target)
    {
        var spare = Spare(Libc.Fcntl((int)descriptor.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, FirstSpare));
        PosixSpawn.Check(PosixSpawn.AddDup2(Plan->FileActions, spare, target));
    }

    private void AddStream(int fd, int target, int nullFd)
    {
        if (fd < 0)
        {
            fd = nullFd;
        }
        else if (fd < 3 && fd != target)
        {
            // An earlier action overwrites it.
            fd = Spare(Libc.Fcntl(fd, Libc.F_DUPFD_CLOEXEC, FirstSpare));
        }

        PosixSpawn.Check(PosixSpawn.AddDup2(Plan->FileActions, fd, target));
    }

    /// <summary>The child's user may be unable to walk to the marker's directory: it goes through a descriptor that we opened.</summary>
    private string ThroughOurDescriptor(string marker)
    {
        var folder = Libc.Open(Path.GetDirectoryName(marker)!, Libc.O_PATH | Libc.O_CLOEXEC, 0);
        var spare = Spare(Libc.Fcntl(folder, Libc.F_DUPFD_CLOEXEC, FirstSpare));
        _ = Libc.Close(folder);
        return string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{spare}/{Path.GetFileName(marker)}");
    }

    private int Spare(int fd)
    {
        if (fd >= 0)
        {
            (_spare ??= []).Add(fd);
        }

        return fd;
    }

    private byte* Take(int bytes)
    {
        var start = _next;
        _next += (bytes + 7) & ~7;
        return start;
    }

    private byte** Pointers(int count)
    {
        var pointers = (byte**)Take((count + 1) * sizeof(byte*));
        pointers[count] = null;
        return pointers;
    }

    private byte* Text(string text, string field)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw ProcessManagerException.Invalid([new Fault(field, "A NUL character can't be passed to a program.")]);
        }

        var start = _next;
        var length = Encoding.UTF8.GetBytes(text, new Span<byte>(start, (int)(_end - start)));
        start[length] = 0;
        _next += length + 1;
        return start;
    }
}
