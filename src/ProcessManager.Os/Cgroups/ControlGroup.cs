using System.Globalization;

namespace ProcessManager.Os;

/// <summary>The control group of one attempt: a directory that the kernel fills. Whatever its processes start is in it too, and can't be lost.</summary>
internal sealed class ControlGroup(string directory)
{
    /// <summary>The kernel's period; a quota is of it.</summary>
    private const int PeriodMicroseconds = 100_000;

    public string Path { get; } = directory;

    /// <summary>Null: it can't be read, most likely because it is gone.</summary>
    public bool? Populated => Read("cgroup.events") is { } events ? Counter(events, "populated") > 0 : null;

    /// <summary>Whether the kernel killed something here because the group had used up its memory.</summary>
    public bool RanOutOfMemory => Read("memory.events") is { } events && Counter(events, "oom_kill") > 0;

    /// <summary>Whether a limit that is written to <paramref name="file"/> can be in force here.</summary>
    public bool Has(string file) => File.Exists(System.IO.Path.Join(Path, file));

    /// <summary>Writes the limits that its controllers know.</summary>
    /// <exception cref="IOException">The kernel refuses one.</exception>
    public void Limit(ResourceSpec resources)
    {
        Write("memory.max", resources.MemoryMax?.ToString(CultureInfo.InvariantCulture));
        Write("memory.high", resources.MemoryHigh?.ToString(CultureInfo.InvariantCulture));
        Write("pids.max", resources.PidsMax?.ToString(CultureInfo.InvariantCulture));
        Write("cpu.max", resources.CpuMax is { } cores
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max((long)Math.Round(cores * PeriodMicroseconds), 1000)} {PeriodMicroseconds}")
            : null);
    }

    /// <summary>The processes in it and in the groups below it (a manager or a container runtime inside makes some).</summary>
    public void AddMembers(ICollection<int> into) => AddMembers(Path, into);

    /// <summary>SIGKILL to all of it at once, also to what forks meanwhile (Linux 5.14).</summary>
    /// <returns>False: the kernel can't.</returns>
    public bool TryKill()
    {
        try
        {
            Write("cgroup.kill", "1");
            return Has("cgroup.kill");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours to kill as a whole: its members are killed one by one.
            return false;
        }
    }

    /// <summary>Removes it with the groups below it, as far as nobody is left in them.</summary>
    public void Remove() => Remove(Path);

    private static void Remove(string path)
    {
        try
        {
            foreach (var below in Directory.EnumerateDirectories(path))
            {
                Remove(below);
            }

            // Its files go with it: rmdir alone.
            Directory.Delete(path, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not empty yet, or gone: what stays is looked at by the next manager.
        }
    }

    private static void AddMembers(string path, ICollection<int> into)
    {
        try
        {
            foreach (var line in File.ReadLines(System.IO.Path.Join(path, "cgroup.procs")))
            {
                // 0 is a process outside of our pid namespace.
                if (int.TryParse(line, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                {
                    into.Add(pid);
                }
            }

            foreach (var below in Directory.EnumerateDirectories(path))
            {
                AddMembers(below, into);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is IOException && (e.HResult & 0xffff) == Errno.ENODEV))
        {
            // Removed meanwhile: nobody is in it.
        }
    }

    private void Write(string file, string? text)
    {
        var path = System.IO.Path.Join(Path, file);
        if (text is not null && File.Exists(path))
        {
            File.WriteAllText(path, text);
        }
    }

    private string? Read(string file)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Join(Path, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or its controller isn't there.
            return null;
        }
    }

    private static long Counter(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ' ')
            {
                return long.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
