using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Several processes of one spec, which one id means.</summary>
public abstract class ReplicaSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly ProcessSpec Says = Scripts.Shell("echo replica $PROCMAN_REPLICA; exec sleep 1000");

    [Fact]
    public async Task Each_has_its_number_and_the_id_means_all_of_them()
    {
        var id = NewId();

        var set = await Start(Says with { Id = id, Replicas = 3 });

        set.Id.ShouldBe(id);
        set.Replicas.ShouldBe([Of(id, 1), Of(id, 2), Of(id, 3)]);
        for (var replica = 1; replica <= 3; replica++)
        {
            await OutputUntil(Of(id, replica), $"replica {replica}\n");
            (await Manager.GetAsync(Of(id, replica), Cancel)).Replica.ShouldBe(replica);
        }

        (await Manager.GetAsync(id, Cancel)).Phase.ShouldBe(Phase.Running);
        await Stopped(id);
        (await Phases(id)).ShouldAllBe(phase => phase == Phase.Finished || phase == Phase.Terminated);
        (await Manager.StartAsync(id, Cancel)).Run.ShouldBe(2);
        (await Manager.RestartAsync(id, new StopOptions { Wait = true }, Cancel)).Run.ShouldBe(3);
        (await Manager.KillAsync(id, wait: true, Cancel)).Reason.ShouldBe(EndReason.Killed);
        (await Manager.WaitAsync(id, new WaitOptions(), Cancel)).Reason.ShouldBe(EndReason.Killed);
        await Manager.RemoveAsync(id, cancellationToken: Cancel);
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(Of(id, 1), Cancel));
    }

    [Fact]
    public async Task More_are_started_and_the_highest_numbers_go_first_gracefully()
    {
        var id = NewId();
        var token = new EnvironmentValue("hunter2", Secret: true);
        await Start(Scripts.Shell("echo $TOKEN; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done") with { Id = id, Replicas = 2, Environment = [new("TOKEN", token)] });
        var first = await Manager.GetAsync(Of(id, 1), Cancel);

        (await Manager.ScaleAsync(id, 4, Cancel)).Replicas.Count.ShouldBe(4);

        await OutputUntil(Of(id, 4), "hunter2");
        var smaller = await Manager.ScaleAsync(id, 1, Cancel);
        smaller.Replicas.ShouldBe([Of(id, 1)]);
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(Of(id, 2), Cancel));
        (await Manager.GetAsync(Of(id, 1), Cancel)).OsPid.ShouldBe(first.OsPid);
        (await Manager.GetAsync(id, Cancel)).OsPid.ShouldBe(first.OsPid);
    }

    [Fact]
    public async Task One_that_is_no_set_becomes_one_and_runs_once_at_a_time()
    {
        var id = NewId();
        await Start(Says with { Id = id });

        var set = await Manager.ScaleAsync(id, 2, Cancel);

        set.Replicas.ShouldBe([Of(id, 1), Of(id, 2)]);
        await Refused(ErrorCode.InvalidState, () => Manager.ScaleAsync(Of(id, 1), 2, Cancel));
        await Refused(ErrorCode.InvalidSpec, () => Manager.ScaleAsync(id, 0, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.ScaleAsync(NewId(), 2, Cancel));
    }

    [Fact]
    public async Task An_update_reaches_each_and_scales()
    {
        var id = NewId();
        var spec = Says with { Id = id, Replicas = 2 };
        await Start(spec);

        (await Manager.PlanAsync(spec, Cancel)).Effect.ShouldBe(UpdateEffect.Nothing);
        var next = spec with { Replicas = 3, Labels = [new("tier", "web")] };
        var plan = await Manager.PlanAsync(next, Cancel);
        plan.Effect.ShouldBe(UpdateEffect.InPlace);
        plan.Changed.ShouldBe(["labels", "replicas"], ignoreOrder: true);
        var updated = await Manager.UpdateAsync(next, cancellationToken: Cancel);

        updated.Replicas.Count.ShouldBe(3);
        foreach (var member in updated.Replicas)
        {
            (await Manager.GetAsync(member, Cancel)).Labels["tier"].ShouldBe("web");
        }

        var whole = await Manager.GetSpecAsync(id, Cancel);
        (whole.Id, whole.Replicas, whole.Replica).ShouldBe((id, 3, null));
        (await Manager.PlanAsync(whole, Cancel)).Effect.ShouldBe(UpdateEffect.Nothing);
    }

    [Fact]
    public async Task What_is_refused_leaves_none_behind()
    {
        var id = NewId();
        await Declare(Scripts.Sleeps with { Id = Of(id, 2) });

        await Refused(ErrorCode.AlreadyExists, () => Start(Says with { Id = id, Replicas = 3 }));
        await Refused(ErrorCode.InvalidSpec, () => Start(Says with { Id = id, Replicas = 3, User = "no-such-user-here" }));
        await Refused(ErrorCode.InvalidSpec, () => Start(Says with { Id = id, Replicas = 1001 }));
        await Refused(ErrorCode.InvalidSpec, () => Start(Says with { Id = id, Replica = 7 }));
        await Refused(ErrorCode.InvalidSpec, () => Manager.RunAsync(Says with { Replicas = 2 }, cancellationToken: Cancel));

        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(Of(id, 1), Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(Of(id, 3), Cancel));
        await Manager.RemoveAsync(Of(id, 2), cancellationToken: Cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var id in _sets)
        {
            try
            {
                await Manager.RemoveAsync(id, new StopOptions { Grace = TimeSpan.Zero }, CancellationToken.None);
            }
            catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
            {
                // The test removed it itself.
            }
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private readonly HashSet<ProcessId> _sets = [];

    private ProcessId Of(ProcessId id, int replica)
    {
        _sets.Add(id);
        return ProcessId.Parse($"{id}.{replica}");
    }

    private async Task<IEnumerable<Phase>> Phases(ProcessId id) =>
        (await Task.WhenAll((await Manager.GetAsync(id, Cancel)).Replicas.Select(member => Manager.GetAsync(member, Cancel)))).Select(info => info.Phase);
}
