using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public class ReadyLineSpecs
{
    private static readonly ReadySpec Listening = new() { By = ReadyBy.LogLine, LogLine = "^listening on \\d+$" };

    [Theory]
    [InlineData("echo starting; echo listening on 80; exec sleep 1000", OutputMode.Split)]
    [InlineData("echo starting; echo listening on 80 >&2; exec sleep 1000", OutputMode.Split)]
    [InlineData("echo starting; echo listening on 80 >&2; exec sleep 1000", OutputMode.Merged)]
    [InlineData("sleep 0.3; printf 'listening '; sleep 0.3; echo on 80; exec sleep 1000", OutputMode.Split)]
    public async Task It_is_ready_by_a_whole_line_of_either_stream(string script, OutputMode mode)
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh(script) with { Output = new OutputSpec { Mode = mode } });
        Watch(machine);
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        await machine.EndAsync("a");
    }

    [Fact]
    public async Task A_line_of_the_attempt_before_counts_for_nothing()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", Machine.Sh("echo listening on 80"));
        await machine.ExitAsync("a");
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("a");
        var second = new Epoch(1, 2);
        await machine.StartAsync("a", Machine.Sh("while [ ! -e go ]; do sleep 0.05; done; echo listening on 81; exec sleep 1000") with { WorkingDirectory = machine.Root }, second);
        Watch(machine, second);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        machine.Reports().ShouldNotContain(report => report.Report is SupervisorReport.BecameReady);
        await File.WriteAllTextAsync(Path.Combine(machine.Root, "go"), "", TestContext.Current.CancellationToken);
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a", second);
        machine.Tell("a", new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree), second);
        await machine.WaitForAsync<SupervisorReport.TreeEmpty>("a", second);
    }

    [Fact]
    public async Task It_is_ready_by_a_port_that_takes_connections()
    {
        await using var target = new Target((_, _) => Task.CompletedTask);
        await using var machine = new Machine();
        await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"] });
        machine.Tell("a", new SupervisorCommand.WatchHealth(null, new ReadySpec { By = ReadyBy.Port, Port = target.Port }, null, null, IsReady: false));
        await machine.WaitForAsync<SupervisorReport.BecameReady>("a");
        await machine.EndAsync("a");
    }

    private static void Watch(Machine machine, Epoch? epoch = null) =>
        machine.Tell("a", new SupervisorCommand.WatchHealth(null, Listening, null, null, IsReady: false), epoch);
}
