using System.ComponentModel;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>Writes down what is known of a process' logs, now and then or at once. Guarded by the lock of its <see cref="ProcessLog"/>.</summary>
internal sealed class LogNotes(ProcessId id, LogIndex index, LogFile[] files, LogAttempts attempts, LogProblems problems)
{
    /// <summary>How long what was seen may stay unwritten; a crash forgets the times (not the bytes) of that long.</summary>
    private const long UnwrittenMs = 5000;

    private long _unwrittenSince = long.MaxValue;

    /// <summary>Reads what an earlier manager knew.</summary>
    internal void Read()
    {
        if (index.Read(files, attempts) is { } problem)
        {
            problems.Add($"index {id}", problem);
        }
    }

    internal void Begins(LogAttempt attempt) => index.Add(attempt);

    internal void Rebased(LogFile file) => index.AddBase(file);

    internal void Kept(LogFile file) => index.AddKept(file, file.FirstKept);

    /// <summary>Something was written to a file.</summary>
    internal void Saw(long nowMs) => _unwrittenSince = Math.Min(_unwrittenSince, nowMs);

    /// <summary>Writes when there is more to say than times, or these have waited long enough.</summary>
    internal void WriteIfDue(long nowMs)
    {
        if (index.Pending || nowMs - _unwrittenSince > UnwrittenMs)
        {
            Write();
        }
    }

    /// <summary>Writes what was seen since the last time. A single time needn't be: the file has it.</summary>
    internal void Flush()
    {
        if (_unwrittenSince != long.MaxValue && Array.Exists(files, file => file.Points.All.Count > 1))
        {
            Write();
        }
    }

    internal void Write()
    {
        if (_unwrittenSince != long.MaxValue)
        {
            foreach (var file in files)
            {
                if (file.Points.Last is { } point && point.Offset > file.TimesWritten)
                {
                    index.Add(file, point);
                    file.TimesWritten = point.Offset;
                }
            }

            _unwrittenSince = long.MaxValue;
        }

        Report("write", index.Write());
        if (index.WantsRewrite)
        {
            try
            {
                index.Rewrite(files, attempts);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"write {id}", $"the log index of {id} can't be written: {e.Message}");
            }
        }
    }

    /// <param name="what">A verb: <c>free</c>.</param>
    /// <param name="errno">0 when it went well.</param>
    internal void Report(string what, int errno)
    {
        if (errno is 0 or FileCalls.NoEntry)
        {
            problems.Clear($"{what} {id}");
        }
        else
        {
            problems.Add($"{what} {id}", $"the logs of {id}: can't {what}: {new Win32Exception(errno).Message}");
        }
    }
}
