using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>A start that can't be: a coded problem, a record that says so, and no child.</summary>
public abstract class FailingToStartSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public Task A_command_that_is_nowhere_in_the_path_is_not_found() =>
        Fails(ErrorCode.CommandNotFound, new ProcessSpec { Command = "no-such-command" }, "no-such-command");

    [Fact]
    public Task A_command_path_that_does_not_exist_is_not_found() =>
        Fails(ErrorCode.CommandNotFound, new ProcessSpec { Command = "/no/such/command" }, "/no/such/command");

    [Fact]
    public Task A_command_is_looked_up_in_the_path_of_the_child() =>
        Fails(ErrorCode.CommandNotFound, Scripts.Sleeps with { Environment = [new("PATH", "/no/such/directory")] }, "sleep");

    [Fact]
    public Task A_file_that_is_not_executable_is_not_permitted()
    {
        var file = Path.Combine(Directory, "plain");
        File.WriteAllText(file, "#!/bin/sh\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Fails(ErrorCode.PermissionDenied, new ProcessSpec { Command = file }, file);
    }

    [Fact]
    public Task A_directory_as_command_is_not_permitted() => Fails(ErrorCode.PermissionDenied, new ProcessSpec { Command = Directory }, Directory);

    [Fact]
    public Task A_missing_interpreter_is_named()
    {
        var script = Scripts.File(Directory, "script", "#!/no/such/interpreter\n");
        return Fails(ErrorCode.StartFailed, new ProcessSpec { Command = script }, "/no/such/interpreter");
    }

    [Fact]
    public Task A_missing_working_directory_is_named() =>
        Fails(ErrorCode.BadWorkingDirectory, Scripts.Sleeps with { WorkingDirectory = "/no/such/directory" }, "/no/such/directory");

    [Fact]
    public Task A_file_as_working_directory_is_refused() =>
        Fails(ErrorCode.BadWorkingDirectory, Scripts.Sleeps with { WorkingDirectory = "/etc/passwd" }, "/etc/passwd");

    [Fact]
    public async Task An_unknown_user_is_an_invalid_spec_and_creates_nothing()
    {
        var id = NewId();

        var error = await Refused(ErrorCode.InvalidSpec, () => Start(Scripts.Sleeps with { Id = id, User = "no-such-user" }));

        error.Faults.ShouldHaveSingleItem().Path.ShouldBe("user");
        error.Message.ShouldContain("no-such-user");
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
    }

    [Fact]
    public async Task A_start_of_what_was_declared_fails_with_the_same_code_each_time()
    {
        var info = await Declare(new ProcessSpec { Command = "no-such-command" });

        await Refused(ErrorCode.CommandNotFound, () => Manager.StartAsync(info.Id, Cancel));
        await Refused(ErrorCode.CommandNotFound, () => Manager.StartAsync(info.Id, Cancel));

        var now = await Manager.GetAsync(info.Id, Cancel);
        now.Run.ShouldBe(2);
        now.ShouldBeDown(EndReason.StartFailed);
    }

    [Fact]
    public async Task Once_the_cause_is_mended_a_start_succeeds()
    {
        var directory = Path.Combine(Directory, "later");
        var id = NewId();
        await Refused(ErrorCode.BadWorkingDirectory, () => Start(Scripts.Sleeps with { Id = id, WorkingDirectory = directory }));

        System.IO.Directory.CreateDirectory(directory);
        var info = await Manager.StartAsync(id, Cancel);

        info.ShouldBeRunning().Run.ShouldBe(2);
    }

    [Fact]
    public async Task A_missing_command_is_tried_again_only_by_a_policy_that_always_restarts()
    {
        var policy = new RestartPolicy { Max = null, Delay = TimeSpan.FromMilliseconds(20), Factor = 1 };
        var (failure, always) = (NewId(), NewId());
        var file = Path.Combine(Directory, "appears");

        await Refused(ErrorCode.CommandNotFound, () => Start(
            new ProcessSpec { Id = failure, Command = file, Restart = policy with { When = RestartWhen.OnFailure } }));
        await Refused(ErrorCode.CommandNotFound, () => Start(
            new ProcessSpec { Id = always, Command = file, Restart = policy with { When = RestartWhen.Always } }));
        (await Manager.GetAsync(failure, Cancel)).ShouldBeDown(EndReason.StartFailed);
        (await Manager.GetAsync(always, Cancel)).Goal.ShouldBe(Goal.Up);

        await EventsUntil(always, one => one is { Type: EventType.StartFailed, Attempt: 3 }, "the third failure");
        Scripts.File(Directory, "appears.new", "#!/bin/sh\nexec sleep 1000\n");
        File.Move(file + ".new", file);

        (await Until(always, "running", info => info.Phase == Phase.Running)).RestartCount.ShouldBeGreaterThan(1);
        (await Manager.GetAsync(failure, Cancel)).Run.ShouldBe(1);
    }

    [Fact]
    public async Task A_busy_text_file_is_tried_again_whatever_the_policy_and_not_counted()
    {
        var id = NewId();
        var program = Path.Combine(Directory, "program");
        File.Copy("/bin/sleep", program);
        await using (var busy = new FileStream(program, FileMode.Open, FileAccess.ReadWrite))
        {
            await Refused(ErrorCode.StartFailed, () => Start(new ProcessSpec { Id = id, Command = program, Args = ["1000"] }));
            (await Manager.GetAsync(id, Cancel)).Phase.ShouldBe(Phase.BackingOff);
        }

        var info = await Until(id, "running", info => info.Phase == Phase.Running);

        (info.Run, info.RestartCount, info.ConsecutiveFailures).ShouldBe((1, 0, 0));
    }

    private async Task Fails(ErrorCode code, ProcessSpec spec, string named)
    {
        var id = NewId();

        var error = await Refused(code, () => Start(spec with { Id = id }));

        error.Message.ShouldContain(named);
        var info = await Manager.GetAsync(id, Cancel);
        info.ShouldBeDown(EndReason.StartFailed);
        info.Run.ShouldBe(1);
        info.ExitCode.ShouldBeNull();
        info.LastError.ShouldNotBeNull().Code.ShouldBe(code);
        var end = (await Manager.GetRunsAsync(id, Cancel)).ShouldHaveSingleItem();
        (end.Reason, end.Error?.Code, end.OsPid, end.ExitCode).ShouldBe((EndReason.StartFailed, code, null, null));
        var events = await EventsUntil(id, EventType.Terminated);
        events.ShouldTell(EventType.Created, EventType.StartFailed, EventType.Terminated);
        events.ShouldNotContain(one => one.Type == EventType.Started);
        events.Single(one => one.Type == EventType.StartFailed).Data.Error.ShouldNotBeNull().Code.ShouldBe(code);
    }
}
