using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

/// <summary>Output that goes through the manager, when there is none for a while; and output that it shows on its own streams.</summary>
public sealed class ConduitSpecs
{
    private static readonly ProcessId Id = ProcessId.Parse("a");

    [Fact]
    public async Task What_is_written_through_pipes_while_no_manager_runs_waits_for_the_next_one()
    {
        var root = Directory.CreateTempSubdirectory("procman-").FullName;
        try
        {
            var (go, done) = (Path.Combine(root, "go"), Path.Combine(root, "done"));
            var spec = Machine.Sh($"echo one; while [ ! -e {go} ]; do sleep 0.02; done; seq 1 50000; echo errors >&2; echo x > {done}; exit 4") with
            {
                Output = new OutputSpec { Mode = OutputMode.Pipe },
            };
            await using var first = new Machine(root);
            var pid = await first.StartAsync("a", spec);
            await Machine.UntilAsync(() => Text(first, LogStream.Stdout) == "one\n", () => $"stdout: {Text(first, LogStream.Stdout)}");
            await first.LeaveAsync();

            // More than a pipe holds: it waits, and isn't ended by it.
            await File.WriteAllTextAsync(go, "");
            await using var second = new Machine(root);
            Machine.IsAlive(pid).ShouldBeTrue();
            File.Exists(done).ShouldBeFalse();
            second.Tell("a", new SupervisorCommand.Adopt(spec, null));
            (await second.WaitForAsync<SupervisorReport.Spawned>("a")).Adopted.ShouldBeTrue();
            (await second.ExitAsync("a")).LastErrorLines.ShouldBe("errors\n");
            Text(second, LogStream.Stdout).ShouldBe("one\n" + string.Concat(Enumerable.Range(1, 50_000).Select(number => number + "\n")));
            await second.EndAsync("a", Signal.Term);
            string[] Pipes() => Directory.GetFiles(Path.Combine(second.Home.LogFolder, "a"), "*.pipe");
            await Machine.UntilAsync(() => Pipes().Length == 0, () => $"no pipe is left: {string.Join(", ", Pipes())}");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task A_terminal_belongs_to_whom_its_child_runs_as()
    {
        Assert.SkipUnless(SpawnLab.IsRoot, "Only root starts others' processes.");
        await using var machine = new Machine();
        var spec = Machine.Sh("stat -c %u $(tty); id -u; echo x > /dev/tty") with { User = "nobody", WorkingDirectory = "/", Output = new OutputSpec { Mode = OutputMode.Terminal } };
        await machine.StartAsync("a", spec);
        (await machine.ExitAsync("a")).Status.ShouldBe(new ExitStatus.Code(0), Text(machine, LogStream.Stdout));
        var uid = Text(machine, LogStream.Stdout).Split("\r\n");
        uid[0].ShouldBe(uid[1]);
        uid[2].ShouldBe("x");
    }

    [Fact]
    public async Task A_terminal_that_its_manager_leaves_hangs_up()
    {
        await using var machine = new Machine();
        var pid = await machine.StartAsync("a", new ProcessSpec { Command = "cat", Output = new OutputSpec { Mode = OutputMode.Terminal } });
        await machine.LeaveAsync();
        await Machine.GoneAsync(pid);
    }

    [Fact]
    public async Task Hundreds_in_terminals_and_pipes_take_no_thread_each_and_leave_no_descriptor()
    {
        await using var machine = new Machine();
        var before = Descriptors();
        var spec = new ProcessSpec { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.Pipe } };
        foreach (var number in Enumerable.Range(0, 40))
        {
            await machine.StartAsync($"t{number}", spec with { Output = new OutputSpec { Mode = number % 2 == 0 ? OutputMode.Terminal : OutputMode.Pipe } });
        }

        var threads = Directory.GetDirectories("/proc/self/task").Select(task => File.ReadAllText(task + "/comm").Trim()).Count(name => name == "procman output");
        threads.ShouldBe(1);
        foreach (var number in Enumerable.Range(0, 40))
        {
            await machine.EndAsync($"t{number}");
            machine.Tell($"t{number}", new SupervisorCommand.Release());
        }

        await Machine.UntilAsync(() => Descriptors() <= before, () => $"{Descriptors()} descriptors, {before} before");

        static int Descriptors() => Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget)
            .Count(target => target is not null && (target.Contains("ptmx", StringComparison.Ordinal) || target.EndsWith(".pipe", StringComparison.Ordinal) || target.Contains("/dev/pts/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Echoed_output_is_on_our_own_streams_and_in_the_log()
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await using (var machine = new Machine(echo: new EchoSink(output, error)))
        {
            var spec = Machine.Sh("echo out; echo bad >&2; read line; echo late") with
            {
                Output = new OutputSpec { Echo = true },
                Stdin = new StdinSpec { Mode = StdinMode.Pipe },
            };
            await machine.StartAsync("a", spec);
            await Machine.UntilAsync(() => Text(output) == "out\n" && Text(error) == "bad\n", () => $"echoed {Text(output)} {Text(error)}");
            await machine.Supervisor.WriteStdinAsync(Id, Machine.First, "\n"u8.ToArray(), close: true);
            await machine.ExitAsync("a");
            await machine.EndAsync("a", Signal.Term);
            Text(machine, LogStream.Stdout).ShouldBe("out\nlate\n");

            // Another one that isn't to be.
            await machine.StartAsync("b", Machine.Sh("echo quiet"));
            await machine.ExitAsync("b");
        }

        Text(output).ShouldBe("out\nlate\n");
        Text(error).ShouldBe("bad\n");
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());

    private static string Text(Machine machine, LogStream stream) => Encoding.UTF8.GetString(machine.Logs.ReadAttempt(Id, Machine.First, stream, 1 << 20).Bytes.Span);
}
