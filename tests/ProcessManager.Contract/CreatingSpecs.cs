using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class CreatingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_created_process_runs_and_says_so()
    {
        var id = NewId();

        var info = await Manager.CreateAsync(
            Scripts.Sleeps with { Id = id, Name = "a sleeper", Group = "sleepers", Labels = [new("team", "blue")] }, cancellationToken: Cancel);

        info.ShouldBeRunning();
        info.Id.ShouldBe(id);
        info.Name.ShouldBe("a sleeper");
        info.Group.ShouldBe("sleepers");
        info.Labels["team"].ShouldBe("blue");
        info.Command.ShouldBe("sleep");
        info.Args.ShouldBe(["1000"]);
        info.Goal.ShouldBe(Goal.Up);
        (info.Run, info.Attempt).ShouldBe((1, 1));
        info.Ready.ShouldBeTrue();
        info.Healthy.ShouldBeTrue();
        info.Reason.ShouldBeNull();
        info.StartedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(info.CreatedAt.AddSeconds(-1));
        OsProcess.Of(info.OsPid!.Value).IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_an_id_it_gets_32_hex_digits_and_they_are_its_name()
    {
        var info = await Manager.CreateAsync(Scripts.Sleeps, cancellationToken: Cancel);

        info.Id.Value.Length.ShouldBe(32);
        info.Id.Value.ShouldAllBe(digit => char.IsAsciiHexDigit(digit));
        info.Name.ShouldBe(info.Id.Value);
    }

    [Fact]
    public async Task Created_without_a_start_nothing_runs_until_it_is_started()
    {
        var created = await Declare(Scripts.Sleeps);

        created.Phase.ShouldBe(Phase.Created);
        created.Goal.ShouldBe(Goal.Down);
        (created.Run, created.OsPid).ShouldBe((0, null));
        (await Manager.GetRunsAsync(created.Id, Cancel)).ShouldBeEmpty();

        var started = await Manager.StartAsync(created.Id, Cancel);

        started.ShouldBeRunning();
        started.Run.ShouldBe(1);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_the_first_one_goes_on()
    {
        var first = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.AlreadyExists, () => Manager.CreateAsync(Scripts.Exits(0) with { Id = first.Id }, cancellationToken: Cancel));

        var now = await Manager.GetAsync(first.Id, Cancel);
        now.ShouldBeRunning();
        (now.OsPid, now.Command).ShouldBe((first.OsPid, "sleep"));
    }

    [Fact]
    public async Task Of_creates_that_race_for_an_id_one_wins()
    {
        var id = NewId();
        var started = Path.Combine(Directory, "started");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Outcome()));

        outcomes.Count(code => code is null).ShouldBe(1);
        outcomes.Count(code => code == ErrorCode.AlreadyExists).ShouldBe(9);
        await Patience.Until("the winner's line", () => File.Exists(started));
        (await File.ReadAllLinesAsync(started, Cancel)).Length.ShouldBe(1);

        async Task<ErrorCode?> Outcome()
        {
            try
            {
                await Manager.CreateAsync(Scripts.AppendsAndSleeps(started) with { Id = id }, cancellationToken: Cancel);
                return null;
            }
            catch (ProcessManagerException error)
            {
                return error.Code;
            }
        }
    }

    [Fact]
    public async Task An_invalid_spec_creates_nothing()
    {
        var id = NewId();

        var error = await Refused(
            ErrorCode.InvalidSpec, () => Manager.CreateAsync(Scripts.Sleeps with { Id = id, Timeout = TimeSpan.Zero }, cancellationToken: Cancel));

        error.Faults.ShouldHaveSingleItem().Path.ShouldBe("timeout");
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
        (await Manager.CreateAsync(Scripts.Sleeps with { Id = id }, cancellationToken: Cancel)).Run.ShouldBe(1);
    }

    [Fact]
    public async Task A_spec_with_twenty_faults_has_them_all_listed_with_their_paths()
    {
        var second = TimeSpan.FromSeconds(1);
        var spec = new ProcessSpec
        {
            Id = NewId(),
            Command = "",
            Args = ["fine", "nul\0inside"],
            Name = new string('n', 10_000),
            Labels = [new(new string('l', 300), "value"), new("long", new string('v', 300))],
            Environment = [new("NAME=VALUE", "x"), new("NUL", "a\0b"), new("", "x")],
            Umask = 0x10000,
            Nice = 99,
            CpuAffinity = [-1],
            Limits = [new("nosuchlimit", new ResourceLimit(1, 1)), new("nofile", new ResourceLimit(10, 5))],
            Stdin = new StdinSpec { Mode = StdinMode.File },
            Output = new OutputSpec { Budget = 1 },
            Timeout = -second,
            IdleTimeout = TimeSpan.Zero,
            Stop = new StopSpec { Signal = new Signal(99), Grace = -second },
            Restart = new RestartPolicy
            {
                Max = -1,
                Window = -second,
                Delay = -second,
                MaxDelay = -second,
                Factor = 0.1,
                Jitter = 2,
                ResetAfter = -second,
            },
            Retention = -second,
        };

        var error = await Refused(ErrorCode.InvalidSpec, () => Manager.CreateAsync(spec, cancellationToken: Cancel));

        error.Faults.Count.ShouldBeGreaterThanOrEqualTo(20, string.Join('\n', error.Faults));
        error.Faults.ShouldAllBe(fault => fault.Path.Length > 0 && fault.Message.Length > 0);
        string[] paths = ["command", "nice", "stop.grace", "restart.jitter", "output.budget", "idleTimeout", "retention"];
        foreach (var path in paths)
        {
            error.Faults.ShouldContain(fault => fault.Path == path, $"{path} in {string.Join('\n', error.Faults)}");
        }

        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(spec.Id.Value, Cancel));
    }

    [Fact]
    public async Task A_spec_of_10_MB_is_refused_and_everything_goes_on()
    {
        var spec = Scripts.Sleeps with { Id = NewId(), Args = [.. Enumerable.Repeat(new string('x', 1000), 10_000)] };

        var error = await Should.ThrowAsync<ProcessManagerException>(() => Manager.CreateAsync(spec, cancellationToken: Cancel));

        // A transport may refuse it before it is read.
        error.Code.ShouldBeOneOf(ErrorCode.InvalidSpec, ErrorCode.TooLarge);
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(spec.Id.Value, Cancel));
        (await Start(Scripts.Sleeps)).ShouldBeRunning();
    }

    [Fact]
    public async Task An_idle_timeout_with_discarded_output_is_refused() =>
        await Refused(ErrorCode.InvalidSpec, () => Start(Scripts.Sleeps with
        {
            IdleTimeout = TimeSpan.FromSeconds(5),
            Output = new OutputSpec { Mode = OutputMode.Discard },
        }));

    [Fact]
    public async Task Its_spec_reads_back_as_it_was_given()
    {
        var spec = Scripts.Sleeps with
        {
            Id = NewId(),
            Labels = [new("a", "b")],
            Environment = [new("X", "1"), new("Y", null)],
            Stop = new StopSpec { Signal = Signal.Int, Grace = TimeSpan.FromSeconds(3) },
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = null, PreventExitCodes = [3, 4] },
            Limits = [new("nofile", new ResourceLimit(100, 200))],
        };

        await Declare(spec);

        var read = await Manager.GetSpecAsync(spec.Id.Value, Cancel);
        (read.Command, read.Args, read.Labels, read.Environment).ShouldBe((spec.Command, spec.Args, spec.Labels, spec.Environment));
        (read.Stop, read.Restart, read.Limits).ShouldBe((spec.Stop, spec.Restart, spec.Limits));
    }
}
