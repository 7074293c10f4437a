using System.Text;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <content>What the file system says of the files, without a look into what is known of them.</content>
public sealed partial class LogStore
{
    /// <summary>Whose output is here, also of processes that nobody knows any more.</summary>
    /// <exception cref="IOException">The folder can't be listed.</exception>
    public IEnumerable<ProcessId> Ids()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder))
        {
            if (ProcessId.TryParse(Path.GetFileName(folder), out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>What the output of each of <see cref="Ids"/> takes on disk.</summary>
    /// <exception cref="IOException">The folder can't be listed.</exception>
    public IEnumerable<(ProcessId Id, long Bytes)> DiskUse() => Ids().Select(id => (id, DiskUse(id)));

    /// <inheritdoc cref="DiskUse()"/>
    public long DiskUse(ProcessId id) => Status(id, "stdout.log").DiskBytes + Status(id, "stderr.log").DiskBytes + Status(id, "index").DiskBytes;

    /// <summary>When the process last wrote, from the files' times; null without files. It can be older than the present attempt.</summary>
    public DateTimeOffset? LastWrite(ProcessId id)
    {
        var latest = Math.Max(Status(id, "stdout.log").WrittenMs, Status(id, "stderr.log").WrittenMs);
        return latest == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(latest);
    }

    /// <summary>Zeros for a file that isn't there.</summary>
    private FileStatus Status(ProcessId id, string file)
    {
        _ = FileStatus.TryRead(Encoding.UTF8.GetBytes(Path.Combine(_logs.FolderOf(id), file) + '\0'), out var status);
        return status;
    }
}
