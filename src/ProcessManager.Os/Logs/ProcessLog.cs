namespace ProcessManager.Os;

/// <summary>
/// One process' logs while somebody needs them: while a child lives, or somebody reads. Everybody looks through <see cref="Look"/>: the watch by
/// its timetable, readers when they begin and end. What a look sees is what may be read.
/// </summary>
internal sealed class ProcessLog
{
    private readonly Lock _gate = new();
    private readonly LogSurroundings _around;
    private readonly LogFile[] _files;
    private readonly LogAttempts _attempts = new();
    private readonly LogNotes _notes;
    private readonly LogFreeing _freeing;
    private TaskCompletionSource? _changed;
    private bool _loaded;

    internal ProcessLog(ProcessId id, string folder, LogSurroundings around)
    {
        Id = id;
        _around = around;
        _files = [new(Path.Combine(folder, "stdout.log"), LogStream.Stdout), new(Path.Combine(folder, "stderr.log"), LogStream.Stderr)];
        _notes = new LogNotes(id, new LogIndex(folder), _files, _attempts, around.Problems);
        _freeing = new LogFreeing(_notes, around.HolesSupported);
    }

    internal ProcessId Id { get; }

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

    /// <summary>Whether a terminal writes it: whoever follows it wants to see what is typed and asked, before the end of the line.</summary>
    internal bool IsTyped { get; private set; }

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

            _notes.Read();
            Array.ForEach(_files, file => file.FindHole());
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
            _freeing.Budget = output.Budget;
            IsTyped = output.Mode == OutputMode.Terminal;
            if (_attempts.EndsWith(epoch))
            {
                return;
            }

            foreach (var file in _files)
            {
                _freeing.KeepBudget(file);
                _freeing.CutWithoutHoles(file);
            }

            var attempt = new LogAttempt(epoch, output.Mode == OutputMode.Merged, _files[0].End, _files[1].End);
            _attempts.Add(attempt);
            if (!fresh)
            {
                _notes.Begins(attempt);
                _notes.Write();
            }
        }
    }

    internal void Continue(Epoch epoch, OutputSpec output)
    {
        lock (_gate)
        {
            _freeing.Budget = output.Budget;
            IsTyped = output.Mode == OutputMode.Terminal;
            if (_attempts.All.Count == 0)
            {
                _attempts.Add(new LogAttempt(epoch, output.Mode == OutputMode.Merged, 0, 0));
            }

            Array.ForEach(_files, _freeing.KeepBudget);
        }
    }

    /// <summary>Compares with the files, frees what is over the budget, wakes followers.</summary>
    internal LogLook Look()
    {
        var changed = false;
        LogLook look;
        var cut = 0;
        Epoch last;
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
                _notes.Saw(now);
                if (change.Cut)
                {
                    _notes.Rebased(_files[i]);
                }

                _freeing.KeepBudget(_files[i]);
            }

            _notes.WriteIfDue(now);

            if (changed)
            {
                Wake();
            }

            last = _attempts.Last;
            look = new LogLook(_files[0].End + _files[1].End, Math.Min(_freeing.RoomLeft(_files[0]), _freeing.RoomLeft(_files[1])));
        }

        for (var i = 0; cut != 0 && i < _files.Length; i++)
        {
            if ((cut & (1 << i)) != 0)
            {
                _around.Truncated(new LogTruncation(Id, last, _files[i].Stream, View(_files[i].Stream).Base));
            }
        }

        return look;
    }

    /// <summary>Some of its output couldn't be written.</summary>
    internal void Lost(int errno) => _around.Problems.Add($"lost {Id}", $"output of {Id} was lost: {Errno.Describe(errno)}");

    /// <inheritdoc cref="LogNotes.Flush"/>
    internal void Flush()
    {
        lock (_gate)
        {
            if (!Deleted)
            {
                _notes.Flush();
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

    /// <summary>Where a run's output begins; the end where it has none yet.</summary>
    internal long StartOf(int run, LogStream stream)
    {
        lock (_gate)
        {
            var end = File(stream).End;
            return _attempts.Range(new Epoch(run, 1), stream, end)?.Start ?? _attempts.StartOf(new Epoch(run, 1), stream) ?? end;
        }
    }

    /// <inheritdoc cref="LogAttempts.Range"/>
    internal (long Start, long End)? Range(Epoch epoch, LogStream stream)
    {
        lock (_gate)
        {
            return _attempts.Range(epoch, stream, File(stream).End);
        }
    }

    /// <summary>Where an attempt's errors went.</summary>
    internal LogStream ErrorStream(Epoch epoch)
    {
        lock (_gate)
        {
            return _attempts.IsMerged(epoch) ?? !System.IO.File.Exists(_files[1].Path) ? LogStream.Stdout : LogStream.Stderr;
        }
    }

    /// <summary>Frees what stands before an attempt; everything when none as late is known.</summary>
    /// <param name="live">Whether a child may write. Asked when none can begin.</param>
    internal void DropBefore(Epoch keep, Func<bool> live)
    {
        lock (_gate)
        {
            foreach (var file in _files)
            {
                _freeing.DropBefore(file, _attempts.StartOf(keep, file.Stream) ?? file.End, live);
            }

            _attempts.DropBefore(keep);
            _notes.Write();
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
}

/// <summary>The offsets of one stream at a moment.</summary>
internal readonly record struct LogView(long Base, long FirstKept, long End);

/// <summary>What a look found: the bytes ever seen, and what room is left in the fuller of the two files.</summary>
internal readonly record struct LogLook(long Total, long Room);
