using System.Diagnostics;
using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class StdinSpecs
{
    [Fact]
    public async Task Text_is_read_and_then_its_end()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "out");
        await machine.StartAsync("a", Machine.Sh($"cat > {file}") with { Stdin = new StdinSpec { Mode = StdinMode.Text, Text = "grüß\n" } });
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(0));
        (await Machine.ReadAsync(file)).ShouldBe("grüß");
    }

    [Fact]
    public async Task A_file_is_read()
    {
        await using var machine = new Machine();
        var input = Path.Combine(machine.Root, "in");
        var file = Path.Combine(machine.Root, "out");
        File.WriteAllText(input, "from a file\n");
        await machine.StartAsync("a", Machine.Sh($"cat > {file}") with { Stdin = new StdinSpec { Mode = StdinMode.File, Path = "in" }, WorkingDirectory = machine.Root });
        (await Machine.ReadAsync(file)).ShouldBe("from a file");
        machine.Tell("b", new SupervisorCommand.Spawn(Machine.Sh("cat") with { Stdin = new StdinSpec { Mode = StdinMode.File, Path = "/no/such/file" } }));
        (await machine.WaitForAsync<SupervisorReport.StartFailed>("b")).Error.Message.ShouldContain("/no/such/file");
    }

    [Fact]
    public async Task A_pipe_takes_more_than_it_holds_and_ends_when_closed()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "out");
        await machine.StartAsync("a", Machine.Sh($"wc -c > {file}") with { Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        var id = ProcessId.Parse("a");
        await machine.Supervisor.WriteStdinAsync(id, Machine.First, new byte[(4 << 20) + 1], close: false);
        await machine.Supervisor.WriteStdinAsync(id, Machine.First, Encoding.ASCII.GetBytes("xyz"), close: true);
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(0));
        (await Machine.ReadAsync(file)).ShouldBe(((4 << 20) + 4).ToString());
        (await Should.ThrowAsync<ProcessManagerException>(() => machine.Supervisor.WriteStdinAsync(id, Machine.First, new byte[1], close: false)))
            .Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public async Task A_write_that_nobody_reads_can_be_cancelled_and_ends_with_the_child()
    {
        await using var machine = new Machine();
        await machine.StartAsync("a", new ProcessSpec { Command = "sleep", Args = ["1000"], Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        var id = ProcessId.Parse("a");
        using var cancel = new CancellationTokenSource();
        var cancelled = machine.Supervisor.WriteStdinAsync(id, Machine.First, new byte[1 << 20], close: false, cancel.Token);
        await Task.WhenAny(cancelled, Task.Delay(100));
        cancelled.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);

        var waiting = machine.Supervisor.WriteStdinAsync(id, Machine.First, new byte[1 << 20], close: false);
        await Task.WhenAny(waiting, Task.Delay(100));
        waiting.IsCompleted.ShouldBeFalse();
        await machine.EndAsync("a");
        (await Should.ThrowAsync<ProcessManagerException>(() => waiting.WaitAsync(Machine.Patience))).Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public async Task A_child_that_closed_its_input_says_so_to_the_writer()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "out");
        await machine.StartAsync("a", Machine.Sh($"exec 0<&-; echo closed > {file}; exec sleep 1000") with { Stdin = new StdinSpec { Mode = StdinMode.Pipe } });
        await Machine.ReadAsync(file);
        (await RefusalAsync(machine, "a")).Code.ShouldBe(ErrorCode.InvalidState);
        await machine.EndAsync("a");
    }

    /// <summary>
    /// What a write says that is refused. A child of another test that is between its fork and its exec holds a copy of every descriptor of this
    /// process, the end that the child closed too: until it is gone the pipe still takes what nobody will read.
    /// </summary>
    private static async Task<ProcessManagerException> RefusalAsync(Machine machine, string id)
    {
        var taken = 0;
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < Machine.Patience)
        {
            try
            {
                await machine.Supervisor.WriteStdinAsync(ProcessId.Parse(id), Machine.First, new byte[1], close: false);
                taken++;
            }
            catch (ProcessManagerException e)
            {
                return e;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"The pipe took {taken} writes after {id} had closed it.");
    }
}
