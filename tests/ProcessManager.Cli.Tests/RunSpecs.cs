using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class RunSpecs
{
    [Fact]
    public async Task Detached_it_is_declared_in_the_daemon_with_our_directory_and_environment_and_its_id_is_printed()
    {
        using var typed = new Typed();
        (await typed.RunAsync("run", "-d", "--name", "w", "--restart", "onFailure", "--env", "A=1", "--env", "HOME", "--timeout", "5s", "--", "sleep", "-1", "--json"))
            .ShouldBe(0);
        typed.Out.ShouldBe("w\n");
        var spec = typed.Manager.Specs["w"];
        spec.Command.ShouldBe("sleep");
        spec.Args.ShouldBe(["-1", "--json"]);
        spec.WorkingDirectory.ShouldBe(typed.Directory);
        spec.Restart.When.ShouldBe(RestartWhen.OnFailure);
        spec.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        spec.InheritEnvironment.ShouldBe(EnvironmentInheritance.None);
        spec.Environment.Keys.ShouldBe(["A", "HOME", "TOKEN"]);
        spec.Environment["A"].ShouldBe(new EnvironmentValue("1"));
        spec.Environment["HOME"].ShouldBeNull();
        spec.Environment["TOKEN"].ShouldBe(new EnvironmentValue("abc", Secret: true));
    }

    [Theory]
    [InlineData("run --bad -- sleep 1", "\"--bad\" is not an option of run")]
    [InlineData("run --bad", "\"--bad\" is not an option of run")]
    [InlineData("run", "Required argument")]
    [InlineData("run --name ../x -- sleep", "is not an id")]
    public async Task What_is_wrong_with_run_itself_exits_with_125(string line, string said)
    {
        using var typed = new Typed();
        (await typed.RunAsync(line.Split(' '))).ShouldBe(125);
        typed.Error.ShouldContain(said);
    }

    [Theory]
    [InlineData(ErrorCode.CommandNotFound, 127)]
    [InlineData(ErrorCode.PermissionDenied, 126)]
    [InlineData(ErrorCode.StartFailed, 126)]
    [InlineData(ErrorCode.TimedOut, 124)]
    [InlineData(ErrorCode.IdleTimedOut, 124)]
    [InlineData(ErrorCode.StorageFull, 125)]
    public async Task What_keeps_it_from_running_has_its_exit_code(ErrorCode code, int exit)
    {
        using var typed = new Typed();
        typed.Manager.OnRun = _ => throw new ProcessManagerException(code, "No.");
        (await typed.RunAsync("run", "--", "x")).ShouldBe(exit);
        typed.Error.ShouldBe("procman: No.\n");
    }

    [Fact]
    public async Task Its_output_is_ours_up_to_its_end_whoever_still_writes_and_so_is_its_exit_code()
    {
        using var typed = new Typed { Input = "typed in" };
        // What it left behind never ends.
        var manager = typed.Manager;
        manager.Ending = new TaskCompletionSource().Task;
        manager.OnRun = async spec =>
        {
            manager.Add(InMemoryManager.Info(spec.Id!.Value.Value));
            manager.Log(spec.Id.Value.Value, "hello\n");
            while (!manager.Stdin.ToString().EndsWith("<end>", StringComparison.Ordinal) || typed.Out.Length == 0)
            {
                await Task.Delay(5);
            }

            manager.Log(spec.Id.Value.Value, "oops\n", LogStream.Stderr);
            manager.Log(spec.Id.Value.Value, "bye");
            return Result(spec, EndReason.Failed, 7);
        };
        (await typed.RunAsync("run", "--", "x")).ShouldBe(7);
        typed.Out.ShouldBe("hello\nbye");
        typed.Error.ShouldBe("oops\n");
        manager.Stdin.ToString().ShouldBe("typed in<end>");
    }

    [Fact]
    public async Task An_interrupt_stops_it()
    {
        using var typed = new Typed();
        var manager = typed.Manager;
        manager.Ending = manager.Stopped.Task;
        manager.OnRun = async spec =>
        {
            manager.Add(InMemoryManager.Info(spec.Id!.Value.Value));
            typed.Interrupts.Raise();
            await manager.Stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));
            return Result(spec, EndReason.Stopped, 143);
        };
        (await typed.RunAsync("run", "--name", "w", "--", "x")).ShouldBe(143);
        manager.Asked.ShouldBe(["stop w grace  wait "]);
    }

    [Fact]
    public async Task An_end_that_nobody_saw_is_not_a_success()
    {
        using var typed = new Typed();
        typed.Manager.OnRun = spec => Task.FromResult(Result(spec, EndReason.Unknown, null));
        (await typed.RunAsync("run", "--", "x")).ShouldBe(125);
        typed.Error.ShouldContain("nobody saw how");
    }

    [Fact]
    public async Task Without_a_daemon_it_runs_here_with_our_environment_and_ends_with_us()
    {
        using var typed = new Typed { Reachable = false };
        typed.Local.OnRun = spec => Task.FromResult(Result(spec, EndReason.Completed, 0));
        (await typed.RunAsync("run", "--name", "w", "--", "x")).ShouldBe(0);
        var spec = typed.Local.Specs["w"];
        spec.InheritEnvironment.ShouldBe(EnvironmentInheritance.All);
        spec.Lifetime.ShouldBe(Lifetime.WithManager);
        spec.Environment.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_daemon_that_is_named_has_to_be_there()
    {
        using var typed = new Typed { Reachable = false };
        (await typed.RunAsync("run", "--socket", "other.sock", "--", "x")).ShouldBe(125);
        typed.Error.ShouldContain("No manager answers at");
    }

    private static ProcessResult Result(ProcessSpec spec, EndReason reason, int? exitCode) => new()
    {
        Id = spec.Id!.Value,
        Reason = reason,
        ExitCode = exitCode,
        Output = "",
        ErrorOutput = "",
        Attempts = 1,
        EndedAt = InMemoryManager.Now,
        CommandLine = spec.Command,
    };
}
