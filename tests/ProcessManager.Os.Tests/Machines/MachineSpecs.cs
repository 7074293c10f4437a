using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class MachineSpecs : IAsyncLifetime
{
    private static readonly ProcessId Id = ProcessId.Parse("a");
    private static readonly Epoch First = new(1, 1);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procman-machine-");
    private readonly ConcurrentQueue<(Epoch Epoch, SupervisorReport Report)> _told = [];
    private readonly ConcurrentQueue<(ProcessId Id, Epoch Epoch)> _granted = [];
    private Os.Machine _machine = null!;

    public ValueTask InitializeAsync()
    {
        _machine = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _machine.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task A_data_directory_is_taken_until_the_machine_is_disposed_of_and_the_host_settles_before_and_after_the_supervisor_ends()
    {
        _machine.Start();
        await StartAsync("exit 3");
        await ToldAsync<SupervisorReport.Exited>();

        var settled = 0;
        await _machine.CloseAsync(() =>
        {
            _machine.Supervisor.ReportAll();
            settled++;
            return Task.CompletedTask;
        });
        settled.ShouldBe(2);
        Should.Throw<ProcessManagerException>(Open).Code.ShouldBe(ErrorCode.AlreadyRunning);

        await _machine.DisposeAsync();
        _machine = Open();
        _machine.Supervisor.Recorded().ShouldBe([(Id, First)]);
    }

    [Fact]
    public async Task One_that_cant_be_opened_leaves_the_directory_to_the_next()
    {
        await _machine.DisposeAsync();
        Directory.Delete(Path.Combine(_root.FullName, "input"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "input"), "in the way", TestContext.Current.CancellationToken);
        Should.Throw<ProcessManagerException>(Open).Code.ShouldBe(ErrorCode.StorageUnavailable);

        File.Delete(Path.Combine(_root.FullName, "input"));
        _machine = Open();
    }

    [Fact]
    public async Task What_an_attempt_wrote_is_read_from_both_streams()
    {
        await StartAsync("echo out; echo err >&2");
        await ToldAsync<SupervisorReport.Exited>();
        _machine.ReadOutput(Id, First).ShouldBe(new RunOutput("out\n", "err\n", Truncated: false));
        _machine.ReadOutput(Id, new Epoch(1, 2)).ShouldBe(new RunOutput("", "", Truncated: false));
    }

    [Fact]
    public async Task A_cut_log_is_told_of_the_attempt_that_cut_it()
    {
        await StartAsync("echo before; sleep 0.3; echo x > /dev/stdout; exec sleep 1000", new Epoch(2, 3));
        var (epoch, cut) = await ToldAsync<SupervisorReport.OutputTruncated>();
        (epoch, cut.Stream, cut.Offset).ShouldBe((new Epoch(2, 3), LogStream.Stdout, 7));
        await EndAsync(new Epoch(2, 3));
    }

    [Fact]
    public void Logs_of_processes_that_nobody_knows_are_deleted()
    {
        foreach (var id in new[] { "known", "unknown" })
        {
            _machine.Logs.Open(ProcessId.Parse(id), First, new OutputSpec()).Dispose();
            _machine.Logs.Ended(ProcessId.Parse(id), First);
        }

        _machine.DeleteLogsOfNobody(id => id.Value == "known");
        _machine.Logs.Ids().ShouldHaveSingleItem().Value.ShouldBe("known");
    }

    [Fact]
    public async Task Start_tokens_are_granted_in_the_order_in_which_they_were_asked_for()
    {
        var asked = Enumerable.Range(1, 5).Select(x => (ProcessId.Parse($"p{x}"), new Epoch(x, 1))).ToList();
        asked.ForEach(one => _machine.Tokens.Ask(one.Item1, one.Item2));
        await Machine.UntilAsync(() => _granted.Count == asked.Count, () => $"{_granted.Count} were granted.");
        _granted.ShouldBe(asked);
    }

    private Os.Machine Open() => Os.Machine.Open(
        new MachineOptions { DataDirectory = _root.FullName },
        TimeProvider.System,
        NullLoggerFactory.Instance,
        new MachineCalls(
            (_, epoch, report) => _told.Enqueue((epoch, report)),
            (id, epoch) => _granted.Enqueue((id, epoch)),
            _ => Task.FromResult<IReadOnlyList<LogHolding>>([])));

    private async Task StartAsync(string line, Epoch? epoch = null)
    {
        _machine.Supervisor.HandOver(Id, epoch ?? First, new SupervisorCommand.Spawn(Machine.Sh(line)));
        await ToldAsync<SupervisorReport.Spawned>();
    }

    private async Task EndAsync(Epoch epoch)
    {
        _machine.Supervisor.HandOver(Id, epoch, new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        await ToldAsync<SupervisorReport.TreeEmpty>();
    }

    private async Task<(Epoch Epoch, T Report)> ToldAsync<T>()
        where T : SupervisorReport
    {
        await Machine.UntilAsync(() => _told.Any(one => one.Report is T), () => $"Told: {string.Join(", ", _told)}");
        var (epoch, report) = _told.First(one => one.Report is T);
        return (epoch, (T)report);
    }
}
