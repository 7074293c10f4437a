using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>
/// What the tests of the contract share: the manager under test, ids and a directory of their own, and waits that say what they saw. What a
/// test made is removed at its end.
/// </summary>
public abstract class ManagerSpecs : IAsyncLifetime
{
    private readonly PatientManager _manager;
    private DirectoryInfo? _directory;

    protected ManagerSpecs(IManagerHost host) => _manager = new PatientManager(host.Manager);

    protected IProcessManager Manager => _manager;

    /// <summary>A directory of this test's own, deleted at its end.</summary>
    protected string Directory => (_directory ??= System.IO.Directory.CreateTempSubdirectory("procman-contract-")).FullName;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await Task.WhenAll(_manager.Created.Select(Forget));
        }
        finally
        {
            _directory?.Delete(recursive: true);
        }
    }

    /// <summary>An id that no other test uses, with the test's name in it.</summary>
    protected static ProcessId NewId()
    {
        var test = TestContext.Current.TestMethod?.MethodName ?? "test";
        return ProcessId.Parse($"{test[..Math.Min(test.Length, 80)]}-{Guid.NewGuid().ToString("N")[..8]}");
    }

    /// <summary>Creates and starts it, under a new id unless it has one.</summary>
    protected Task<ProcessInfo> Start(ProcessSpec spec) => Manager.CreateAsync(spec with { Id = spec.Id ?? NewId() }, start: true, Cancel);

    /// <summary>Creates it without a start.</summary>
    protected Task<ProcessInfo> Declare(ProcessSpec spec) => Manager.CreateAsync(spec with { Id = spec.Id ?? NewId() }, start: false, Cancel);

    /// <summary>Starts it and waits until it has written <paramref name="text"/> to stdout: a script that says when its traps are set.</summary>
    protected async Task<ProcessInfo> StartSaying(string text, ProcessSpec spec)
    {
        var info = await Start(spec);
        await OutputUntil(info.Id, text);
        return info;
    }

    protected Task<ProcessInfo> Stopped(ProcessId id, TimeSpan? grace = null) =>
        Manager.StopAsync(id, new StopOptions { Grace = grace, Wait = true }, Cancel);

    /// <summary>Waits until its present run is over.</summary>
    protected Task<ProcessInfo> Ended(ProcessId id) => Manager.WaitAsync(id, new WaitOptions(), Cancel);

    protected Task<ProcessInfo> Until(ProcessId id, string what, Func<ProcessInfo, bool> enough) =>
        Patience.Until($"{id}: {what}", () => Manager.GetAsync(id, Cancel), enough);

    /// <summary>All that it has written to a stream so far, as the log has it.</summary>
    protected async Task<byte[]> OutputBytes(ProcessId id, LogStream stream = LogStream.Stdout)
    {
        using var all = new MemoryStream();
        foreach (var chunk in await Logs(id, new LogQuery { Stream = stream }))
        {
            all.Write(chunk.Bytes.Span);
        }

        return all.ToArray();
    }

    protected async Task<string> Output(ProcessId id, LogStream stream = LogStream.Stdout) => Encoding.UTF8.GetString(await OutputBytes(id, stream));

    protected Task<string> OutputUntil(ProcessId id, string text, LogStream stream = LogStream.Stdout) =>
        Patience.Until($"\"{text}\" on {stream} of {id}", () => Output(id, stream), output => output.Contains(text, StringComparison.Ordinal));

    /// <summary>The chunks that answer a query; with follow until the log ends.</summary>
    protected async Task<List<LogChunk>> Logs(ProcessId id, LogQuery query)
    {
        using var limit = Limited();
        var chunks = new List<LogChunk>();
        try
        {
            await foreach (var chunk in Manager.ReadLogsAsync(id, query, limit.Token))
            {
                chunks.Add(chunk);
            }
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The log of {id} ({query}) didn't end within {Patience.Limit.TotalSeconds} s; it gave {Text(chunks).Length} bytes", late);
        }

        return chunks;
    }

    protected static string Text(IEnumerable<LogChunk> chunks) => string.Concat(chunks.Select(chunk => Encoding.UTF8.GetString(chunk.Bytes.Span)));

    /// <summary>Its events from the first, up to the one that satisfies <paramref name="last"/>.</summary>
    protected Task<List<ProcessEvent>> EventsUntil(ProcessId id, Func<ProcessEvent, bool> last, string what) =>
        Events(new EventQuery { Ids = [id], After = "" }, last, $"{what} of {id}");

    protected Task<List<ProcessEvent>> EventsUntil(ProcessId id, EventType last) => EventsUntil(id, seen => seen.Type == last, $"{last}");

    protected async Task<List<ProcessEvent>> Events(EventQuery query, Func<ProcessEvent, bool> last, string what)
    {
        using var limit = Limited();
        var seen = new List<ProcessEvent>();
        try
        {
            await foreach (var one in Manager.SubscribeAsync(query, limit.Token))
            {
                seen.Add(one);
                if (last(one))
                {
                    return seen;
                }
            }
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {Patience.Limit.TotalSeconds} s for the event {what}; seen: {Show(seen)}", late);
        }

        throw new InvalidOperationException($"The events ended before {what}; seen: {Show(seen)}");
    }

    /// <summary>The call is refused with this code and nothing else.</summary>
    protected static async Task<ProcessManagerException> Refused(ErrorCode code, Func<Task> call)
    {
        var error = await Should.ThrowAsync<ProcessManagerException>(call);
        error.Code.ShouldBe(code, error.Message);
        error.Message.ShouldNotBeNullOrWhiteSpace();
        return error;
    }

    protected static string Show(IEnumerable<ProcessEvent> events) => string.Join(", ", events.Select(one => $"{one.Type}({one.Run}.{one.Attempt})"));

    protected static CancellationTokenSource Limited()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience.Limit);
        return limit;
    }

    private async Task Forget(ProcessId id)
    {
        try
        {
            await Manager.RemoveAsync(id, new StopOptions { Grace = TimeSpan.Zero }, CancellationToken.None);
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
        {
            // The test removed it itself, or its creation was refused.
        }
    }
}
