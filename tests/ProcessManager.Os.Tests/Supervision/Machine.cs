using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace ProcessManager.Os.Tests;

/// <summary>A supervisor on a data directory of its own, what it reported, and waits for more.</summary>
internal sealed class Machine : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    public static readonly Epoch First = new(1, 1);

    private readonly List<(ProcessId Id, Epoch Epoch, SupervisorReport Report)> _reports = [];
    private readonly SemaphoreSlim _more = new(0);
    private readonly bool _temporary;
    private readonly HashSet<int> _toKill = [];

    /// <summary>All that was spawned from a directory, by whichever machine: the last one there leaves no zombie in this process.</summary>
    private static readonly ConcurrentDictionary<string, ConcurrentBag<ChildIdentity>> Spawned = new();

    public Machine(string? root = null, SupervisorOptions? options = null, EchoSink? echo = null)
    {
        _temporary = root is null;
        Root = root ?? Directory.CreateTempSubdirectory("procman-").FullName;
        Home = DataDirectory.Open(Root);
        Logs = new LogStore(Home.LogFolder, TimeProvider.System, NullLogger<LogStore>.Instance);
        Faults = new FaultLog();
        Supervisor = new LocalSupervisor(Home, Logs, options ?? new SupervisorOptions(), Note, Faults, echo);
    }

    public string Root { get; }

    public DataDirectory Home { get; }

    public LogStore Logs { get; }

    public FaultLog Faults { get; }

    public LocalSupervisor Supervisor { get; }

    public static ProcessSpec Sh(string line) => new() { Command = line, Shell = true };

    public void Tell(string id, SupervisorCommand command, Epoch? epoch = null) => Supervisor.HandOver(ProcessId.Parse(id), epoch ?? First, command);

    public async Task<int> StartAsync(string id, ProcessSpec spec, Epoch? epoch = null)
    {
        Tell(id, new SupervisorCommand.Spawn(spec), epoch);
        var spawned = await WaitForAsync<SupervisorReport.Spawned>(id, epoch);
        return spawned.Child.OsPid;
    }

    public Task<SupervisorReport.Exited> ExitAsync(string id, Epoch? epoch = null) => WaitForAsync<SupervisorReport.Exited>(id, epoch);

    public async Task<SupervisorReport.TreeEmpty> EndAsync(string id, Signal? signal = null, KillMode mode = KillMode.Tree)
    {
        Tell(id, new SupervisorCommand.EndTree(signal ?? Signal.Kill, mode));
        return await WaitForAsync<SupervisorReport.TreeEmpty>(id);
    }

    public async Task<T> WaitForAsync<T>(string id, Epoch? epoch = null)
        where T : SupervisorReport
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_reports)
            {
                var at = _reports.FindIndex(x => x.Id.Value == id && x.Epoch == (epoch ?? First) && x.Report is T);
                if (at >= 0)
                {
                    var report = (T)_reports[at].Report;
                    _reports.RemoveAt(at);
                    return report;
                }
            }

            if (!await _more.WaitAsync(TimeSpan.FromMilliseconds(200)) && Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"No {typeof(T).Name} of {id} {epoch ?? First}; came: {string.Join(", ", Reports())}; faults: {string.Join(", ", Faults.All)}");
            }
        }
    }

    public List<(ProcessId Id, Epoch Epoch, SupervisorReport Report)> Reports()
    {
        lock (_reports)
        {
            return [.. _reports];
        }
    }

    /// <summary>What a process wrote to a file, once it is there.</summary>
    public static async Task<string> ReadAsync(string file, Func<string, bool>? until = null)
    {
        var text = "";
        await UntilAsync(() => File.Exists(file) && (until ?? (x => x.EndsWith('\n')))(text = File.ReadAllText(file)), () => $"{file} holds \"{text}\"");
        return text.TrimEnd();
    }

    public static async Task UntilAsync(Func<bool> condition, Func<string> seen)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException(seen());
            }

            await Task.Delay(10);
        }
    }

    public static bool IsAlive(int pid) => ProcStat.TryRead(pid, out var stat) && !stat.IsDead;

    public static Task GoneAsync(int pid) => UntilAsync(() => !IsAlive(pid), () => $"Process {pid} lives.");

    /// <summary>Whatever becomes of the test, this process ends with it.</summary>
    public int Doomed(int pid)
    {
        _toKill.Add(pid);
        return pid;
    }

    /// <summary>As a host that is restarted: lets go, and leaves the children and the ledger behind.</summary>
    public async Task LeaveAsync()
    {
        await Supervisor.DisposeAsync();
        Logs.Dispose();
        Home.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pid in _toKill.Where(IsAlive))
        {
            Libc.Kill(pid, 9);
        }

        await LeaveAsync();
        foreach (var row in Marked(Home.ManagerId))
        {
            Libc.Kill(row.OsPid, 9);
        }

        foreach (var child in Spawned.GetValueOrDefault(Root, []))
        {
            await CollectAsync(child);
        }

        if (_temporary)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    internal static List<ProcRow> Marked(Guid manager)
    {
        var table = new ProcTable(manager);
        table.Read();
        return [.. table.Rows.ToArray().Where(x => x.IsAlive && x.Mark is not null)];
    }

    private static async Task CollectAsync(ChildIdentity child)
    {
        using var held = PidFd.Open(child);
        if (held is not null && ProcStat.TryRead(child.OsPid, out var stat) && stat.ParentPid == Environment.ProcessId)
        {
            await UntilAsync(() => WaitStatus.Collect(held) is not null || PidFd.Open(child) is null, () => $"Process {child.OsPid} wasn't killed.");
        }
    }

    private void Note(ProcessId id, Epoch epoch, SupervisorReport report)
    {
        if (report is SupervisorReport.Spawned spawned)
        {
            Spawned.GetOrAdd(Root, _ => []).Add(spawned.Child);
        }

        lock (_reports)
        {
            _reports.Add((id, epoch, report));
        }

        _more.Release();
    }
}

/// <summary>What the supervisor logged as unforeseen.</summary>
internal sealed class FaultLog : Microsoft.Extensions.Logging.ILogger<LocalSupervisor>
{
    public ConcurrentQueue<string> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

    public void Log<TState>(
        Microsoft.Extensions.Logging.LogLevel logLevel,
        Microsoft.Extensions.Logging.EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception) + " " + exception);
}
