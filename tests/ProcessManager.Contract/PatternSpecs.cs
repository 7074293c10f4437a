using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What a pattern fills in is what the manager then has.</summary>
public abstract class PatternSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Its_fields_are_stored_and_shown_with_it_beside_them()
    {
        var spec = ProcessPatterns.Worker("sleep", ["1000"], "test -e up", maxRestarts: 7) with { Id = NewId(), WorkingDirectory = Directory };

        await Declare(spec);

        var stored = await Manager.GetSpecAsync(spec.Id!.Value, Cancel);
        stored.ShouldBe(spec);
        (stored.Restart.Max, stored.Pattern).ShouldBe((7, spec.Pattern));
        (await Manager.PlanAsync(stored, Cancel)).Effect.ShouldBe(UpdateEffect.Nothing);
    }

    [Fact]
    public async Task A_worker_is_ready_when_its_health_command_succeeds()
    {
        var info = await Start(ProcessPatterns.Worker("sleep", ["1000"], "test -e up") with { WorkingDirectory = Directory });
        info.Ready.ShouldBeFalse();

        Scripts.File(Directory, "up", "");

        await Until(info.Id, "ready", now => now.Ready);
    }
}
