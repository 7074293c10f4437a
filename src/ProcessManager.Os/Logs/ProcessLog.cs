using System.ComponentModel;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>
/// One process' logs while somebody needs them: while a child lives, or somebody reads. Everybody looks through <see cref="Look"/>: the watch by
/// its timetable, readers when they begin and end. What a look sees is what may be read.
/// </summary>
internal sealed class ProcessLog
{
    /// <summary>How long what was seen may stay unwritten; a crash forgets the times (not the bytes) of that long.</summary>
    private const long UnwrittenMs = 5000;

    private readonly Lock _gate = new();
    private readonly LogSurroundings _around;
    private readonly LogIndex _index;
    private readonly LogFile[] _files;
    private readonly List<LogAttempt> _attempts = [];
    private TaskCompletionSource? _changed;
    private long _budget = long.MaxValue;
    private long _unwrittenSince = long.MaxValue;
    private bool _loaded;

    internal ProcessLog(ProcessId id, string folder, LogSurroundings around)
    {
        Id = id;
        Folder = folder;
        _around = around;
        _index = new LogIndex(folder);
        _files = [new(Path.Combine(folder, "stdout.log"), LogStream.Stdout), new(Path.Combine(folder, "stderr.log"), LogStream.Stderr)];
    }

    internal ProcessId Id { get; }

    internal string Folder { get; }

    /// <summary>Those who hold it; counted by the store.</summary>
    internal int Users { get; set; }

    /// <summary>The bytes ever seen.</summary>
    internal long Total
    {
        get
        {
            lock (_gate)
            {
                return _files[0].End + _files[1].End;
            }
        }
    }

    /// <summary>Its output was deleted: followers end.</summary>
    internal bool Deleted { get; private set; }

    internal byte[] NativePathOf(LogStream stream) => File(stream).NativePath;

    internal string PathOf(LogStream stream) => File(stream).Path;

    /// <summary>Reads what an earlier manager knew.</summary>
    /// <param name="fresh">The folder was just made: there is nothing to read.</param>
    internal void Load(bool fresh)
    {
        lock (_gate)
        {
            if (_loaded)
            {
                return;
            }

            _loaded = true;
            if (fresh)
            {
                return;
            }

            if (_index.Read(_files, _attempts) is { } problem)
            {
                _around.Problems.Add($"index {Id}", problem);
            }

            foreach (var file in _files)
            {
                file.FindHole();
            }
        }

        Look();
    }

    /// <summary>Notes that an attempt begins where the files end now.</summary>
    internal void Begin(Epoch epoch, OutputSpec output, bool fresh)
    {
        if (!fresh)
        {
            _ = Look();
        }

        lock (_gate)
        {
            _budget = output.Budget;
            if (_attempts.Count > 0 && _attempts[^1].Epoch == epoch)
            {
                return;
            }

            foreach (var file in _files)
            {
                KeepBudget(file);
                CutWithoutHoles(file);
            }

            var attempt = new LogAttempt(epoch, output.Mode == OutputMode.Merged, _files[0].End, _files[1].End);
            attempt.AddTo(_attempts);
            if (!fresh)
            {
                _index.Add(attempt);
                Write();
            }
        }
    }

    internal void Continue(Epoch epoch, OutputSpec output)
    {
        lock (_gate)
        {
            _budget = output.Budget;
            if (_attempts.Count == 0)
            {
                _attempts.Add(new LogAttempt(epoch, output.Mode == OutputMode.Merged, 0, 0));
            }

            Array.ForEach(_files, KeepBudget);
        }
    }

    /// <summary>Compares with the files, frees what is over the budget, wakes followers.</summary>
    internal LogLook Look()
    {
        var changed = false;
        LogLook look;
        var cut = 0;
        lock (_gate)
        {
            var now = _around.NowMs;
            for (var i = 0; i < _files.Length; i++)
            {
                var change = _files[i].See(now);
                if (change == LogChange.None)
                {
                    continue;
                }

                changed = true;
                cut |= change.Cut ? 1 << i : 0;
                _unwrittenSince = Math.Min(_unwrittenSince, now);
                if (change.Cut)
                {
                    _index.AddBase(_files[i]);
                }

                KeepBudget(_files[i]);
            }

            if (_index.Pending || now - _unwrittenSince > UnwrittenMs)
            {
                Write();
            }

            if (changed)
            {
                Wake();
            }

            look = new LogLook(
                _files[0].End + _files[1].End,
                Math.Min(LogBudget.RoomLeft(_files[0].End - _files[0].FirstKept, _budget), LogBudget.RoomLeft(_files[1].End - _files[1].FirstKept, _budget)));
        }

        for (var i = 0; cut != 0 && i < _files.Length; i++)
        {
            if ((cut & (1 << i)) != 0)
            {
                _around.Truncated(new LogTruncation(Id, _files[i].Stream, View(_files[i].Stream).Base));
            }
        }

        return look;
    }

    /// <summary>Writes down what was seen since the last time. A single time needn't be: the file has it.</summary>
    internal void Flush()
    {
        lock (_gate)
        {
            if (_unwrittenSince != long.MaxValue && !Deleted && Array.Exists(_files, file => file.Points.All.Count > 1))
            {
                Write();
            }
        }
    }

    internal LogView View(LogStream stream)
    {
        lock (_gate)
        {
            var file = File(stream);
            return new LogView(file.Base, file.FirstKept, file.End);
        }
    }

    /// <summary>When the byte at an offset was seen, and up to where that holds.</summary>
    internal TimePoint Seen(LogStream stream, long offset)
    {
        lock (_gate)
        {
            return File(stream).Points.After(offset) ?? new TimePoint(long.MaxValue, _around.NowMs);
        }
    }

    internal long OffsetAt(LogStream stream, DateTimeOffset since)
    {
        lock (_gate)
        {
            return File(stream).Points.OffsetAt(since.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Completes at the next change after this call.</summary>
    internal Task NextChange()
    {
        lock (_gate)
        {
            return Deleted
                ? Task.CompletedTask
                : (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Where an attempt's part of a stream begins and ends; null for an attempt that isn't known.</summary>
    internal (long Start, long End)? Range(Epoch epoch, LogStream stream)
    {
        lock (_gate)
        {
            var end = File(stream).End;
            var index = _attempts.FindIndex(attempt => attempt.Epoch >= epoch);
            if (index >= 0 && _attempts[index].Epoch == epoch)
            {
                return (_attempts[index].Start(stream), index + 1 < _attempts.Count ? _attempts[index + 1].Start(stream) : end);
            }

            // A first attempt in a new folder isn't in the index: it is what stands before the first that is.
            return index switch
            {
                0 => (0, _attempts[0].Start(stream)),
                -1 when _attempts.Count == 0 => (0, end),
                _ => null,
            };
        }
    }

    /// <summary>Where an attempt's errors went.</summary>
    internal LogStream ErrorStream(Epoch epoch)
    {
        lock (_gate)
        {
            var index = _attempts.FindIndex(attempt => attempt.Epoch == epoch);
            var merged = index >= 0 ? _attempts[index].Merged : !System.IO.File.Exists(_files[1].Path);
            return merged ? LogStream.Stdout : LogStream.Stderr;
        }
    }

    /// <summary>Frees what stands before an attempt. The blocks that it shares with what is kept stay.</summary>
    /// <param name="live">Whether a child may write: then the file can't be emptied. Asked when none can begin.</param>
    internal void DropBefore(Epoch keep, Func<bool> live)
    {
        lock (_gate)
        {
            var first = _attempts.FindIndex(attempt => attempt.Epoch >= keep);
            foreach (var file in _files)
            {
                var from = file.FirstKept;
                var to = first < 0 ? file.End : _attempts[first].Start(file.Stream);
                if (to <= from)
                {
                    continue;
                }

                if (to == file.End && !live())
                {
                    Report("free", file.StartAfresh());
                    _index.AddBase(file);
                }
                else
                {
                    file.Keep(to);
                    _index.AddKept(file, to);
                    Report("free", _around.HolesSupported.Value ? file.Free(from) : 0);
                }
            }

            _attempts.RemoveRange(0, first < 0 ? _attempts.Count : first);
            Write();
        }
    }

    internal void MarkDeleted()
    {
        lock (_gate)
        {
            Deleted = true;
            Wake();
        }
    }

    private LogFile File(LogStream stream) => _files[(int)stream];

    private void Wake()
    {
        _changed?.TrySetResult();
        _changed = null;
    }

    private void KeepBudget(LogFile file)
    {
        if (LogBudget.HoleEnd(file.End - file.Base, file.FirstKept - file.Base, _budget) is not { } hole || !_around.HolesSupported.Value)
        {
            return;
        }

        // Readers and a later manager know before the bytes are gone; on a full disk they go all the same.
        var from = file.FirstKept;
        file.Keep(file.FirstAfter(hole));
        _index.AddKept(file, file.FirstKept);
        Write();
        Report("free", file.Free(from));
    }

    private void CutWithoutHoles(LogFile file)
    {
        if (LogBudget.HoleEnd(file.End - file.Base, file.FirstKept - file.Base, _budget) is not null && !_around.HolesSupported.Value)
        {
            Report("free", file.StartAfresh());
            _index.AddBase(file);
        }
    }

    private void Write()
    {
        if (_unwrittenSince != long.MaxValue)
        {
            foreach (var file in _files)
            {
                if (file.Points.Last is { } point && point.Offset > file.TimesWritten)
                {
                    _index.Add(file, point);
                    file.TimesWritten = point.Offset;
                }
            }

            _unwrittenSince = long.MaxValue;
        }

        Report("write", _index.Write());
        if (_index.WantsRewrite)
        {
            try
            {
                _index.Rewrite(_files, _attempts);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _around.Problems.Add($"write {Id}", $"the log index of {Id} can't be written: {e.Message}");
            }
        }
    }

    private void Report(string what, int errno)
    {
        if (errno is 0 or FileCalls.NoEntry)
        {
            _around.Problems.Clear($"{what} {Id}");
        }
        else
        {
            _around.Problems.Add($"{what} {Id}", $"the logs of {Id}: can't {what}: {new Win32Exception(errno).Message}");
        }
    }
}

/// <summary>The offsets of one stream at a moment.</summary>
internal readonly record struct LogView(long Base, long FirstKept, long End);

/// <summary>What a look found: the bytes ever seen, and what room is left in the fuller of the two files.</summary>
internal readonly record struct LogLook(long Total, long Room);
