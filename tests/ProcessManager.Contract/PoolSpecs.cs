using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class PoolSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private readonly PoolHandle _pool = host.Manager.Pool($"pool-{Guid.NewGuid().ToString("N")[..8]}");

    private string Pool => _pool.Name;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await _pool.RemoveAsync(CancellationToken.None);
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
        {
            // The test removed it itself, or made none.
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_pool_is_made_with_a_limit_of_5_changed_and_listed()
    {
        (await _pool.SetAsync(cancellationToken: Cancel)).ShouldSatisfyAllConditions(
            pool => pool.Concurrency.ShouldBe(5), pool => pool.Name.ShouldBe(Pool), pool => pool.Idle.ShouldBeTrue());

        (await _pool.SetAsync(2, Cancel)).Concurrency.ShouldBe(2);

        (await _pool.GetAsync(Cancel)).Concurrency.ShouldBe(2);
        (await Manager.Pools.ListAsync(Cancel)).ShouldContain(pool => pool.Name == Pool && pool.Concurrency == 2);
    }

    [Fact]
    public async Task Never_more_than_its_limit_run_and_every_result_is_found_by_its_key()
    {
        await _pool.SetAsync(3, Cancel);

        // Each says how many ran beside it, itself included.
        var jobs = Enumerable.Range(0, 24).Select(number => Job($"k{number}", Scripts.Shell(
            "echo > running-$1; ls running-* | wc -l >> seen; sleep 0.05; rm running-$1; echo out-$1; exit $1") with
        {
            Args = [$"{number}"],
            WorkingDirectory = Directory,
        }));

        var results = await _pool.RunAsync([.. jobs], Cancel);

        results.Count.ShouldBe(24);
        foreach (var (key, result) in results)
        {
            (result.Output, $"k{result.ExitCode}").ShouldBe(($"out-{key[1..]}\n", key));
        }

        var seen = (await File.ReadAllLinesAsync(Path.Combine(Directory, "seen"), Cancel)).Select(int.Parse).ToList();
        (seen.Count, seen.Max()).ShouldBe((24, 3));
        (await _pool.WaitAsync(cancellationToken: Cancel)).ShouldSatisfyAllConditions(
            pool => pool.Idle.ShouldBeTrue(), pool => (pool.Completed, pool.Failed, pool.Cancelled).ShouldBe((1, 23, 0)));
    }

    [Fact]
    public async Task The_higher_priority_goes_first_and_among_equals_the_first()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync(HoldsUntil("go"), "first", cancellationToken: Cancel);

        await _pool.AddAsync(
            [Job("a", Says("a")), Job("b", Says("b")) with { Priority = -1 }, Job("c", Says("c")) with { Priority = 7 }, Job("d", Says("d")), Job("e", Says("e")) with { Priority = 7 }],
            Cancel);
        await LetGo("go");
        await _pool.WaitAsync(cancellationToken: Cancel);

        (await File.ReadAllLinesAsync(Path.Combine(Directory, "said"), Cancel)).ShouldBe(["c", "e", "a", "d", "b"]);
    }

    [Fact]
    public async Task What_waits_says_for_what_and_that_it_is_a_job()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync(HoldsUntil("go"), "first", cancellationToken: Cancel);
        var waiting = await _pool.AddAsync(Says("x"), "second", priority: 2, Cancel);

        (waiting.Phase, waiting.BlockedBy, waiting.OneOff).ShouldBe((Phase.Waiting, $"a slot of the pool \"{Pool}\"", true));
        waiting.Id.Value.ShouldBe($"{Pool}.second");
        waiting.Job.ShouldNotBeNull().ShouldSatisfyAllConditions(
            job => (job.Pool, job.Key, job.Priority).ShouldBe((Pool, "second", 2)), job => job.Number.ShouldBe(2));
        (await Manager.ListAsync(new ProcessQuery { Pool = Pool }, Cancel)).Items.Select(job => job.Job!.Key).ShouldBe(["first", "second"]);
        (await _pool.GetAsync(Cancel)).ShouldSatisfyAllConditions(pool => (pool.Waiting, pool.Running).ShouldBe((1, 1)));
        await LetGo("go");
    }

    [Fact]
    public async Task One_that_cannot_start_fails_alone()
    {
        await _pool.SetAsync(1, Cancel);

        var results = await _pool.RunAsync([Job("bad", new ProcessSpec { Command = "no-such-command" }), Job("good", Scripts.Shell("echo good"))], Cancel);

        (results["bad"].Reason, results["bad"].Error!.Code).ShouldBe((EndReason.StartFailed, ErrorCode.CommandNotFound));
        results["good"].Output.ShouldBe("good\n");
        (await _pool.WaitAsync(cancellationToken: Cancel)).ShouldSatisfyAllConditions(pool => (pool.Completed, pool.Failed).ShouldBe((1, 1)));
    }

    [Fact]
    public async Task A_job_is_tried_again_and_holds_nobody_up_meanwhile()
    {
        await _pool.SetAsync(1, Cancel);

        var results = await _pool.RunAsync(
            [
                Job("again", Scripts.Shell("echo x >> tries; test -e other") with
                {
                    WorkingDirectory = Directory,
                    Restart = Retries.Policy(100, TimeSpan.FromMilliseconds(100)),
                }),
                Job("other", Scripts.Shell("echo > other") with { WorkingDirectory = Directory }),
            ],
            Cancel);

        results["again"].Success.ShouldBeTrue();
        results["again"].Attempts.ShouldBeGreaterThan(1);
        (await _pool.WaitAsync(cancellationToken: Cancel)).Idle.ShouldBeTrue();
    }

    [Fact]
    public async Task One_can_be_called_off_while_it_waits_and_while_it_runs()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync([Job("runs", Scripts.Sleeps), Job("waits", Says("waits")), Job("last", Says("last"))], Cancel);
        await Until(PoolJob.IdOf(Pool, "runs"), "runs", info => info.Phase == Phase.Running);

        await _pool.CancelAsync("waits", Cancel);
        await _pool.CancelAsync("runs", Cancel);
        await _pool.WaitAsync(cancellationToken: Cancel);

        var never = await _pool.ResultAsync("waits", Cancel);
        (never.Reason, never.Attempts, never.EndedAt).ShouldBe((EndReason.Stopped, 0, null));
        (await _pool.ResultAsync("runs", Cancel)).Reason.ShouldBe(EndReason.Stopped);
        (await _pool.ResultAsync("last", Cancel)).Success.ShouldBeTrue();
        (await File.ReadAllLinesAsync(Path.Combine(Directory, "said"), Cancel)).ShouldBe(["last"]);
        (await _pool.GetAsync(Cancel)).ShouldSatisfyAllConditions(pool => (pool.Completed, pool.Cancelled).ShouldBe((1, 2)));
    }

    [Fact]
    public async Task All_can_be_called_off_and_none_of_them_begins()
    {
        await _pool.SetAsync(2, Cancel);
        await _pool.AddAsync([.. Enumerable.Range(0, 2).Select(number => Job($"r{number}", Scripts.Sleeps)), .. Enumerable.Range(0, 20).Select(number => Job($"w{number}", Says("w")))], Cancel);

        await _pool.CancelAllAsync(Cancel);
        var pool = await _pool.WaitAsync(Patience.Limit, Cancel);

        (pool.Cancelled, pool.Completed, pool.Waiting, pool.Running).ShouldBe((22, 0, 0, 0));
        File.Exists(Path.Combine(Directory, "said")).ShouldBeFalse();
        (await _pool.RunAsync([Job("after", Scripts.Shell("echo goes on"))], Cancel))["after"].Output.ShouldBe("goes on\n");
    }

    [Fact]
    public async Task A_higher_limit_lets_more_run_at_once()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync([.. Enumerable.Range(0, 3).Select(number => Job($"k{number}", Scripts.Sleeps))], Cancel);

        await _pool.SetAsync(3, Cancel);

        await Patience.Until("three that run", () => _pool.GetAsync(Cancel), pool => pool is { Running: 3, Waiting: 0 });
        await _pool.CancelAllAsync(Cancel);
    }

    [Fact]
    public async Task Waiting_for_a_pool_has_its_limit()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync(Scripts.Sleeps, "long", cancellationToken: Cancel);

        await Refused(ErrorCode.DeadlineExceeded, () => _pool.WaitAsync(TimeSpan.FromMilliseconds(300), Cancel));
        await Refused(ErrorCode.InvalidSpec, () => _pool.WaitAsync(TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task A_key_is_used_once()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync(Says("x"), "same", cancellationToken: Cancel);

        await Refused(ErrorCode.AlreadyExists, () => _pool.AddAsync(Says("y"), "same", cancellationToken: Cancel));
        await Refused(ErrorCode.InvalidSpec, () => _pool.AddAsync([Job("two", Says("1")), Job("two", Says("2"))], Cancel));
        (await _pool.AddAsync(Says("z"), cancellationToken: Cancel)).Job!.Key.Length.ShouldBe(32);
    }

    [Fact]
    public async Task What_is_wrong_is_told_before_anything_is_added()
    {
        await _pool.SetAsync(cancellationToken: Cancel);

        var error = await Refused(ErrorCode.InvalidSpec, () => _pool.AddAsync([Job("good", Says("x")), Job("no key", new ProcessSpec { Command = "" })], Cancel));

        error.Faults.Select(fault => fault.Path).ShouldBe(["jobs[1].command", "jobs[1].key"], ignoreOrder: true);
        (await Manager.ListAsync(new ProcessQuery { Pool = Pool }, Cancel)).Items.ShouldBeEmpty();
        await Refused(ErrorCode.InvalidSpec, () => Manager.Pools.SetAsync(new PoolSpec { Name = "no name", Concurrency = 0 }, Cancel));
    }

    [Fact]
    public async Task An_unknown_pool_is_not_found()
    {
        await Refused(ErrorCode.NotFound, () => _pool.GetAsync(Cancel));
        await Refused(ErrorCode.NotFound, () => _pool.AddAsync(Says("x"), cancellationToken: Cancel));
        await Refused(ErrorCode.NotFound, () => _pool.CancelAllAsync(Cancel));
        await Refused(ErrorCode.NotFound, () => _pool.WaitAsync(cancellationToken: Cancel));
        await Refused(ErrorCode.NotFound, () => _pool.RemoveAsync(Cancel));
    }

    [Fact]
    public async Task A_removed_pool_is_gone_with_its_jobs_and_its_name_is_free()
    {
        await _pool.SetAsync(1, Cancel);
        await _pool.AddAsync([Job("runs", Scripts.Sleeps), Job("waits", Says("w"))], Cancel);

        await _pool.RemoveAsync(Cancel);

        await Refused(ErrorCode.NotFound, () => _pool.GetAsync(Cancel));
        await Refused(ErrorCode.NotFound, () => _pool.Job("runs").GetAsync(Cancel));
        (await Manager.ListAsync(new ProcessQuery { Pool = Pool }, Cancel)).Items.ShouldBeEmpty();
        await _pool.SetAsync(1, Cancel);
        (await _pool.RunAsync([Job("runs", Scripts.Shell("echo new"))], Cancel))["runs"].Output.ShouldBe("new\n");
    }

    private static PoolJob Job(string key, ProcessSpec spec) => new() { Key = key, Spec = spec };

    private ProcessSpec Says(string word) => Scripts.Shell("echo $1 >> said") with { Args = [word], WorkingDirectory = Directory };

    private ProcessSpec HoldsUntil(string file) => Scripts.Shell("while [ ! -e $1 ]; do sleep 0.02; done") with { Args = [file], WorkingDirectory = Directory };

    private Task LetGo(string file) => File.WriteAllTextAsync(Path.Combine(Directory, file), "", Cancel);
}
