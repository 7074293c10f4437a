using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ProcessManager.Os;

/// <summary>Turns "step and errno" into a code and a sentence with the facts. Where an errno says little it looks at the file itself.</summary>
internal static unsafe class StartFault
{
    public static ErrorInfo Explain(SpawnRequest request, IReadOnlyList<string> candidates, SpawnPlan* plan)
    {
        var errno = Errno.Describe(plan->Errno);
        var denied = plan->Errno is Errno.EPERM or Errno.EACCES;
        return plan->Step switch
        {
            SpawnStep.NoNewPrivileges => new(ErrorCode.StartFailed, $"no_new_privs can't be set ({errno})."),
            SpawnStep.CpuAffinity => new(ErrorCode.StartFailed, $"The CPUs {string.Join(", ", request.CpuAffinity ?? [])} can't be set ({errno})."),
            SpawnStep.Nice => new(denied ? ErrorCode.PermissionDenied : ErrorCode.StartFailed, $"Nice {request.Nice} can't be set ({errno})."),
            SpawnStep.RunAs => new(
                denied ? ErrorCode.PermissionDenied : ErrorCode.StartFailed,
                $"The manager may not start a process as uid {request.RunAs?.Uid}, gid {request.RunAs?.Gid} ({errno})."),
            SpawnStep.WorkingDirectory => new(ErrorCode.BadWorkingDirectory, Directory(request.WorkingDirectory, plan->Errno) + As(request)),
            SpawnStep.Lookup => Lookup(request, candidates, plan),
            SpawnStep.Spawn => Exec(request, candidates[plan->Chosen], plan->Errno),
            var step => throw new ArgumentOutOfRangeException(nameof(plan), step, "Not a step that fails."),
        };
    }

    public static ErrorInfo Marker(string path, int errno) => new(
        errno is Errno.ENOSPC or Errno.EDQUOT ? ErrorCode.StorageFull : ErrorCode.StorageUnavailable,
        $"The start marker \"{path}\" can't be written ({Errno.Describe(errno)}).");

    /// <summary>What keeps a file that may be executed from being executed; null: nothing to be seen.</summary>
    public static ErrorInfo? Inspect(SpawnRequest request, string candidate)
    {
        var file = FullPath(request, candidate);
        for (var depth = 0; depth < 5; depth++)
        {
            if (!ReadHead(file, out var head))
            {
                return null;
            }

            if (Interpreter(head) is not { } interpreter)
            {
                return Loader(file, head) is { } loader && !File.Exists(loader)
                    ? new(ErrorCode.StartFailed, $"\"{file}\" needs the loader \"{loader}\", which doesn't exist.")
                    : null;
            }

            var next = Path.GetFullPath(interpreter, request.WorkingDirectory);
            if (interpreter.Length == 0 || System.IO.Directory.Exists(next) || !File.Exists(next))
            {
                return new(ErrorCode.StartFailed, $"\"{file}\" names the interpreter \"{interpreter}\" in its first line, which {(System.IO.Directory.Exists(next) ? "is a directory" : "doesn't exist")}.");
            }

            if (Libc.Access(next, 1 /* X_OK */) != 0)
            {
                return new(ErrorCode.PermissionDenied, $"\"{file}\" names the interpreter \"{interpreter}\" in its first line, which is not executable.");
            }

            file = next;
        }

        return null;
    }

    private static ErrorInfo Lookup(SpawnRequest request, IReadOnlyList<string> candidates, SpawnPlan* plan)
    {
        if (plan->Chosen < 0)
        {
            return new(ErrorCode.CommandNotFound, candidates.Count == 1 && request.Executable.Contains('/', StringComparison.Ordinal)
                ? $"The command \"{FullPath(request, request.Executable)}\" doesn't exist."
                : $"The command \"{request.Executable}\" was not found in PATH ({CommandResolution.PathOf(request.Environment)}).");
        }

        var file = FullPath(request, candidates[plan->Chosen]);
        return (plan->Mode & 0xF000, plan->Errno) switch
        {
            (0x4000, _) => new(ErrorCode.PermissionDenied, $"The command \"{file}\" is a directory."),
            (0, Errno.EACCES) => new(ErrorCode.PermissionDenied, $"The command \"{file}\" can't be reached ({Errno.Describe(plan->Errno)}){As(request)}."),
            (0, Errno.ENOTDIR) => new(ErrorCode.CommandNotFound, $"The command \"{file}\" doesn't exist ({Errno.Describe(plan->Errno)})."),
            (0, _) => new(ErrorCode.StartFailed, $"The command \"{file}\" can't be looked at ({Errno.Describe(plan->Errno)})."),
            (0x8000, _) => new(
                ErrorCode.PermissionDenied,
                $"The command \"{file}\" is not executable (mode {Convert.ToString(plan->Mode & 0xFFF, 8).PadLeft(4, '0')}){As(request)}."),
            _ => new(ErrorCode.PermissionDenied, $"The command \"{file}\" is not a regular file."),
        };
    }

    private static ErrorInfo Exec(SpawnRequest request, string candidate, int errno)
    {
        var file = FullPath(request, candidate);
        var words = Errno.Describe(errno);
        return errno switch
        {
            Errno.ENOENT or Errno.EACCES or Errno.ENOTDIR when Inspect(request, candidate) is { } fault => fault,
            Errno.ENOENT => new(ErrorCode.CommandNotFound, $"The command \"{file}\" vanished while it was started ({words})."),
            Errno.EACCES or Errno.EPERM => new(ErrorCode.PermissionDenied, $"The command \"{file}\" may not be executed ({words}){As(request)}; its file system may be mounted noexec."),
            Errno.ENOEXEC => new(ErrorCode.StartFailed, $"The command \"{file}\" is neither a program for this machine nor a script with a #! line ({words})."),
            Errno.E2BIG => new(
                ErrorCode.StartFailed,
                $"The arguments ({Size(request.Args)} bytes) and environment ({Size(request.Environment)} bytes) of \"{file}\" are too long for the kernel ({words})."),
            Errno.ETXTBSY => new(ErrorCode.StartFailed, $"The command \"{file}\" is open for writing ({words})."),
            Errno.EAGAIN => new(ErrorCode.StartFailed, $"The machine or the user has as many processes as are allowed ({words}); \"{file}\" wasn't started."),
            _ => new(ErrorCode.StartFailed, $"The command \"{file}\" can't be started ({words})."),
        };
    }

    private static string Directory(string path, int errno) => errno switch
    {
        Errno.ENOENT => $"The working directory \"{path}\" doesn't exist",
        Errno.ENOTDIR => $"The working directory \"{path}\" is not a directory",
        _ => $"The working directory \"{path}\" can't be entered ({Errno.Describe(errno)})",
    };

    private static string As(SpawnRequest request) => request.RunAs is { } who ? string.Create(CultureInfo.InvariantCulture, $" by uid {who.Uid}, gid {who.Gid}") : "";

    private static string FullPath(SpawnRequest request, string candidate) => Path.GetFullPath(candidate, request.WorkingDirectory);

    private static long Size(IReadOnlyList<string> texts) => texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text) + 1);

    private static bool ReadHead(string file, out byte[] head)
    {
        head = [];
        try
        {
            using var stream = File.OpenRead(file);
            head = new byte[4096];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may be executed and not read; then nothing more is known of it.
            return false;
        }
    }

    private static string? Interpreter(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("#!"u8))
        {
            return null;
        }

        var line = head[2..];
        var end = line.IndexOf((byte)'\n');
        line = (end < 0 ? line : line[..end]).TrimStart(" \t"u8);
        end = line.IndexOfAny(" \t"u8);
        return Encoding.UTF8.GetString(end < 0 ? line : line[..end]);
    }

    /// <summary>The PT_INTERP of a 64-bit little-endian ELF whose headers are in <paramref name="head"/>.</summary>
    private static string? Loader(string file, ReadOnlySpan<byte> head)
    {
        const int HeaderBytes = 56;
        if (head.Length < 64 || !head.StartsWith("\u007fELF"u8) || head[4] != 2 || head[5] != 1)
        {
            return null;
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        for (ulong i = 0; i < count && table + ((i + 1) * HeaderBytes) <= (ulong)head.Length; i++)
        {
            var entry = head[(int)(table + (i * HeaderBytes))..];
            var offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) == 3 && size > 1 && offset + size <= (ulong)head.Length)
            {
                return Encoding.UTF8.GetString(head.Slice((int)offset, (int)size - 1));
            }
        }

        return null;
    }
}
