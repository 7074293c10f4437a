using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Limits are enforced, or the info says that they aren't; which of the two depends on the machine.</summary>
public abstract class ResourcesSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly ResourceSpec Limits = new() { MemoryMax = 256 << 20, CpuMax = 0.5, PidsMax = 100 };

    private static readonly string[] Fields = ["resources.memoryMax: ", "resources.cpuMax: ", "resources.pidsMax: "];

    [Fact]
    public async Task A_limit_that_isnt_in_force_is_named_with_the_reason_also_after_the_end()
    {
        var info = await Start(Scripts.Sleeps with { Resources = Limits });
        info.NotEnforced.ShouldAllBe(gap => Fields.Any(field => gap.StartsWith(field, StringComparison.Ordinal) && gap.Length > field.Length));
        info.NotEnforced.Distinct().Count().ShouldBe(info.NotEnforced.Count);

        (await Stopped(info.Id)).NotEnforced.ShouldBe(info.NotEnforced);
        (await Manager.GetSpecAsync(info.Id, Cancel)).Resources.ShouldBe(Limits);
    }

    [Fact]
    public async Task Nothing_is_said_of_limits_that_nobody_asked_for() => (await Start(Scripts.Sleeps)).NotEnforced.ShouldBeEmpty();

    [Fact]
    public async Task Required_limits_are_in_force_or_the_start_fails()
    {
        var id = NewId();
        var gaps = (await Start(Scripts.Sleeps with { Resources = Limits })).NotEnforced;
        var start = () => Start(Scripts.Sleeps with { Id = id, Resources = Limits with { Required = true } });
        if (gaps.Count == 0)
        {
            (await start()).NotEnforced.ShouldBeEmpty();
            return;
        }

        (await Refused(ErrorCode.StartFailed, start)).Message.ShouldContain(gaps[0]);
        var info = await Manager.GetAsync(id, Cancel);
        info.Reason.ShouldBe(EndReason.StartFailed);
        info.Phase.ShouldBeOneOf(Phase.Terminated, Phase.Finished);
    }
}
