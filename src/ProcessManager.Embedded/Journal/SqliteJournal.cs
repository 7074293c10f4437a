using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace ProcessManager.Embedded;

/// <summary>
/// The journal of a machine: one thread writes all turns that wait at the same time in one transaction (group commit), in the order in which
/// they came. An append that was answered is on the disk. Events are given their place among all here, and told on once they are written.
/// </summary>
internal sealed class SqliteJournal : IDisposable
{
    /// <summary>More turns than these in one transaction gain nothing.</summary>
    private const int BatchLimit = 512;

    /// <summary>Events kept: so many, or of so long, whichever is less.</summary>
    private const int EventsKept = 100_000;

    private const int TrimEvery = 1_000;

    private static readonly TimeSpan EventsKeptFor = TimeSpan.FromHours(24);

    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly string _node;
    private readonly Ballast _ballast;
    private readonly SqliteConnection _connection;
    private readonly JournalWriter _writer;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<(JournalEntry Entry, TaskCompletionSource Done)> _waiting = [];
    private bool _closed;
    private long _position;
    private long _trimmedAt;
    private volatile string? _problem;

    private SqliteJournal(string path, string node, TimeProvider clock)
    {
        _path = path;
        _node = node;
        _clock = clock;
        _ballast = new Ballast(Path.Combine(Path.GetDirectoryName(path)!, "ballast"));
        _connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            JournalSchema.Ensure(_connection, path);
            _writer = new JournalWriter(_connection);
            _position = JournalReader.LastEvent(_connection);
        }
        catch (SqliteException failure)
        {
            _connection.Dispose();
            throw SqliteEngine.Translate(failure, path);
        }
        catch (ProcessManagerException)
        {
            _connection.Dispose();
            throw;
        }

        _ballast.Fill();
        _thread = new Thread(Work) { IsBackground = true, Name = "procman journal" };
    }

    /// <summary>Told of the events of a transaction after it was committed, in order, on the journal's thread.</summary>
    public Action<IReadOnlyList<ProcessEvent>> OnEvents { get; set; } = _ => { };

    /// <summary>Turns that wait for their transaction.</summary>
    public int QueueDepth
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Why the last write failed; null when it didn't.</summary>
    public string? Problem => _problem;

    public string DatabasePath => _path;

    /// <summary>Of the last event written.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <exception cref="ProcessManagerException">StorageUnavailable, StorageFull.</exception>
    public static SqliteJournal Open(string path, string node, TimeProvider clock)
    {
        var journal = new SqliteJournal(path, node, clock);
        journal._thread.Start();
        return journal;
    }

    /// <summary>Completes when the entry is on the disk.</summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable: nothing of it was written.</exception>
    public Task AppendAsync(JournalEntry entry)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed)
            {
                throw new ProcessManagerException(ErrorCode.Unavailable, "The manager has shut down.");
            }

            _waiting.Add((entry, done));
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
        }

        return done.Task;
    }

    /// <summary>Finds out whether a problem is over, when no turn comes that would.</summary>
    public async Task<string?> LookAgainAsync()
    {
        try
        {
            if (_problem is not null)
            {
                await AppendAsync(new JournalEntry { Id = null });
            }
        }
        catch (ProcessManagerException)
        {
            // It isn't: the problem says so.
        }

        return _problem;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _writer.Dispose();
        _connection.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            List<(JournalEntry Entry, TaskCompletionSource Done)> batch;
            bool closed;
            lock (_gate)
            {
                // A monitor, because a semaphore would spin before it sleeps: 20 yields for each of these.
                while (_waiting.Count == 0 && !_closed)
                {
                    Monitor.Wait(_gate);
                }

                batch = _waiting;
                _waiting = [];
                closed = _closed;
            }

            foreach (var part in batch.Chunk(BatchLimit))
            {
                Commit(part);
            }

            if (closed)
            {
                return;
            }
        }
    }

    private void Commit((JournalEntry Entry, TaskCompletionSource Done)[] batch)
    {
        try
        {
            var events = WriteAll(batch);
            _problem = null;
            foreach (var (entry, _) in batch)
            {
                entry.OnWritten();
            }

            OnEvents(events);
            foreach (var (_, done) in batch)
            {
                done.SetResult();
            }
        }
        catch (SqliteException failure)
        {
            var problem = SqliteEngine.Translate(failure, _path);
            if (problem.Code == ErrorCode.StorageFull && _ballast.Free())
            {
                Commit(batch);
                return;
            }

            _problem = problem.Message;
            foreach (var (_, done) in batch)
            {
                done.SetException(problem);
            }
        }
    }

    private List<ProcessEvent> WriteAll((JournalEntry Entry, TaskCompletionSource Done)[] batch)
    {
        var position = _position;
        var events = new List<ProcessEvent>();
        _connection.Run("BEGIN IMMEDIATE");
        try
        {
            if (_problem is not null)
            {
                // A transaction that writes nothing would succeed on a full disk too.
                JournalSchema.Touch(_connection);
            }

            foreach (var (entry, _) in batch)
            {
                _writer.Write(entry);
                foreach (var told in entry.Events)
                {
                    var placed = told with { Cursor = EventCursor.Format(++position), Node = _node };
                    _writer.Write(position, placed);
                    events.Add(placed);
                }
            }

            if (position - _trimmedAt >= TrimEvery)
            {
                _writer.TrimEvents(position - EventsKept, _clock.GetUtcNow() - EventsKeptFor);
                _trimmedAt = position;
            }

            _connection.Run("COMMIT");
            _position = position;
            return events;
        }
        catch (SqliteException)
        {
            Rollback();
            throw;
        }
    }

    private void Rollback()
    {
        try
        {
            _connection.Run("ROLLBACK");
        }
        catch (SqliteException already) when (already.SqliteErrorCode == 1)
        {
            // SQLite rolls back by itself on a full disk and on I/O errors; then there is no transaction any more.
            Debug.Assert(_position >= 0, "the position is only moved by a commit");
        }
    }
}
