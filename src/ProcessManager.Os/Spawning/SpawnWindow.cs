using System.Runtime.CompilerServices;

namespace ProcessManager.Os;

/// <summary>
/// The moments in which a thread isn't itself: another umask, directory and user, set because posix_spawn has no attribute for them and
/// the child takes them from the thread that makes it.
/// <code>
/// thread   no_new_privs, affinity, nice | umask | groups, gid, uid | chdir | look up | posix_spawn | uid, gid, groups | chdir /
/// child                                                                             setsid, dup2, marker, exec
/// </code>
/// Umask and directory are the thread's own (<see cref="OwnDirectory"/>). Ids are set by system calls, which mean the calling thread
/// alone (libc's functions would change all threads). The saved user id stays 0, which is the way back; exec makes it the effective
/// one and drops every capability. What can't be undone (the first three) is done on a thread that ends afterwards.
/// </summary>
/// <remarks>
/// One method, compiled once and without a call into the runtime, for a thread that the runtime starts inherits all of this from the
/// thread that happens to need it: the compiler's background thread, made while we are somebody else, would stay somebody else.
/// For the same reason no task is completed and no thread started by a thread that spawns: a pool thread born here would share its
/// directory and umask for ever.
/// </remarks>
internal static unsafe class SpawnWindow
{
    private const int SetNoNewPrivs = 38;
    private const int SetDumpable = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(SpawnPlan* plan, SpawnCalls* calls, byte* root)
    {
        var errno = calls->ErrnoLocation();
        plan->Pid = 0;
        plan->Chosen = -1;
        plan->Step = SpawnStep.NoNewPrivileges;
        if (plan->NoNewPrivileges && calls->PrCtl(SetNoNewPrivs, 1, 0, 0, 0) != 0)
        {
            plan->Errno = *errno;
            return;
        }

        plan->Step = SpawnStep.CpuAffinity;
        if (plan->CpuBytes != 0 && calls->SetAffinity(0, plan->CpuBytes, plan->Cpus) != 0)
        {
            plan->Errno = *errno;
            return;
        }

        plan->Step = SpawnStep.Nice;
        if (plan->SetsNice && calls->SetPriority(0, 0, plan->Nice) != 0)
        {
            plan->Errno = *errno;
            return;
        }

        calls->Umask((uint)plan->Umask);

        plan->Step = SpawnStep.RunAs;
        if (plan->SwitchesUser
            && (calls->Syscall(calls->SetGroups, plan->GroupCount, (nint)plan->Groups, 0) != 0
                || calls->Syscall(calls->SetResGid, (nint)plan->Gid, (nint)plan->Gid, (nint)plan->Gid) != 0
                || calls->Syscall(calls->SetResUid, (nint)plan->Uid, (nint)plan->Uid, 0) != 0))
        {
            plan->Errno = *errno;
            goto Back;
        }

        plan->Step = SpawnStep.WorkingDirectory;
        var stat = stackalloc byte[256];
        if (!plan->SharesDirectory)
        {
            if (calls->ChangeDirectory(plan->Directory) != 0)
            {
                plan->Errno = *errno;
                goto Back;
            }
        }
        else if (calls->StatX(-100, plan->Directory, 0, 3, stat) != 0)
        {
            plan->Errno = *errno;
            goto Back;
        }
        else if ((*(ushort*)(stat + 28) & 0xF000) != 0x4000)
        {
            plan->Errno = Errno.ENOTDIR;
            goto Back;
        }
        else if (calls->Access(plan->Directory, 1 /* X_OK */) != 0)
        {
            plan->Errno = *errno;
            goto Back;
        }

        plan->Step = SpawnStep.Lookup;
        plan->Errno = Errno.ENOENT;
        var found = false;
        for (var i = 0; i < plan->CandidateCount; i++)
        {
            var candidate = plan->Candidates[i];
            var mode = 0;
            var error = 0;
            if (calls->StatX(-100 /* AT_FDCWD */, candidate, 0, 3 /* type and mode */, stat) != 0)
            {
                error = *errno;
            }
            else
            {
                mode = *(ushort*)(stat + 28);
                if ((mode & 0xF000) == 0x8000 && calls->Access(candidate, 1 /* X_OK */) == 0)
                {
                    plan->Chosen = i;
                    plan->Mode = mode;
                    found = true;
                    break;
                }

                error = Errno.EACCES;
            }

            // As a shell does: one that is there and can't be executed is worth telling only if no later one can.
            if (plan->Chosen < 0 && error != Errno.ENOENT && (error != Errno.ENOTDIR || plan->CandidateCount == 1))
            {
                plan->Chosen = i;
                plan->Mode = mode;
                plan->Errno = error;
            }
        }

        if (!found)
        {
            goto Back;
        }

        if (plan->OnlyLooks)
        {
            plan->Step = SpawnStep.None;
            goto Back;
        }

        plan->Step = SpawnStep.Spawn;
        var file = plan->Candidates[plan->Chosen];
        if (plan->Wrapper != null)
        {
            *plan->CommandSlot = file;
            file = plan->Wrapper;
        }

        if (plan->LowersOpenFiles)
        {
            calls->Prlimit(0, OpenFileLimit.Resource, &plan->ChildOpenFiles, null);
        }

        int pid;
        plan->Errno = calls->PosixSpawn(&pid, file, plan->FileActions, plan->Attributes, plan->Argv, plan->Environment);
        if (plan->LowersOpenFiles)
        {
            calls->Prlimit(0, OpenFileLimit.Resource, &plan->OwnOpenFiles, null);
        }

        if (plan->Errno == 0)
        {
            plan->Step = SpawnStep.None;
            plan->Pid = pid;
        }

    Back:
        if (plan->SwitchesUser)
        {
            plan->IsStuck = calls->Syscall(calls->SetResUid, 0, 0, 0) != 0
                || calls->Syscall(calls->SetResGid, (nint)plan->OwnGid, (nint)plan->OwnGid, (nint)plan->OwnGid) != 0
                || calls->Syscall(calls->SetGroups, plan->OwnGroupCount, (nint)plan->OwnGroups, 0) != 0;

            // The kernel took it from the whole process when the ids changed: no core dump, and /proc/self closed to ourselves.
            if (plan->IsDumpable)
            {
                calls->PrCtl(SetDumpable, 1, 0, 0, 0);
            }
        }

        if (plan->SharesDirectory)
        {
            calls->Umask((uint)plan->OwnUmask);
        }
        else
        {
            // Nobody's mount is kept busy by a thread that waits.
            calls->ChangeDirectory(root);
        }
    }
}
