namespace ProcessManager.Os;

/// <summary>The logs that somebody needs now; one that nobody holds any more is forgotten.</summary>
internal sealed class LogTable(string folder, LogSurroundings around)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ProcessId, ProcessLog> _logs = [];

    internal string FolderOf(ProcessId id) => Path.Combine(folder, id.Value);

    /// <summary>Holds a log, until <see cref="Release"/>.</summary>
    /// <param name="fresh">Its folder was just made: there is nothing to read.</param>
    internal ProcessLog Acquire(ProcessId id, bool fresh = false)
    {
        ProcessLog? log;
        lock (_gate)
        {
            if (!_logs.TryGetValue(id, out log))
            {
                log = new ProcessLog(id, FolderOf(id), around);
                _logs.Add(id, log);
            }

            log.Users++;
        }

        log.Load(fresh);
        return log;
    }

    internal void Release(ProcessLog log)
    {
        lock (_gate)
        {
            if (--log.Users == 0 && _logs.TryGetValue(log.Id, out var current) && current == log)
            {
                _logs.Remove(log.Id);
            }
        }
    }

    /// <summary>Whoever asks for it from now on gets a new one.</summary>
    internal ProcessLog? Remove(ProcessId id)
    {
        lock (_gate)
        {
            return _logs.Remove(id, out var log) ? log : null;
        }
    }
}
