using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests;

/// <summary>What several processes have to do with each other: dependencies, pools, templates.</summary>
public sealed class TogetherSpecs : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeProcessManager _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public async Task One_starts_when_what_it_depends_on_is_ready()
    {
        _processes.On("db").Does(FakeChild.That.NotReadyYet().Waits(Second).Healthy().Stays());
        _processes.On("api").Does(FakeChild.That.Stays());
        var db = await _processes.CreateAsync(new ProcessSpec
        {
            Command = "db",
            Health = new HealthSpec { Readiness = new ProbeSpec { Target = new ProbeTarget.Tcp(5432) } },
        });
        var api = await _processes.CreateAsync(new ProcessSpec { Command = "api", DependsOn = [new(db.Id)] });
        api.Phase.ShouldBe(Phase.Waiting);
        _processes.AssertNotRan("api");

        _processes.Clock.Advance(Second);

        (await _processes.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready })).Phase.ShouldBe(Phase.Running);
        _processes.AssertRanInOrder("db", "api");
    }

    [Fact]
    public async Task A_pool_runs_as_many_at_once_as_it_may()
    {
        _processes.On("job *").Does(FakeChild.That.Waits(Second).Prints("done"));
        var pool = _processes.Pool("batch");
        await pool.SetAsync(2);
        await pool.AddAsync([.. Enumerable.Range(0, 4).Select(number => new PoolJob { Key = $"{number}", Spec = new ProcessSpec { Command = "job", Args = [$"{number}"] } })]);

        _processes.AssertRanTimes("job *", 2);
        _processes.Clock.Advance(Second);
        await pool.ResultAsync("0");
        await pool.ResultAsync("1");
        await ProcessManager.Contract.Patience.Until("the other two", () => _processes.Started.Count == 4);
        _processes.Clock.Advance(Second);

        (await pool.WaitAsync()).Idle.ShouldBeTrue();
        _processes.AssertRanInOrder("job 0", "job 1", "job 2", "job 3");
    }

    [Fact]
    public async Task A_hook_is_a_command_that_ran()
    {
        _processes.On("server").Does(FakeChild.That.Exits(1));

        await _processes.CreateAsync(new ProcessSpec { Command = "server", Hooks = new HooksSpec { OnCrash = HookCommand.Of("notify", "crashed") } });

        _processes.AssertRanInOrder("server", "notify crashed");
    }
}
