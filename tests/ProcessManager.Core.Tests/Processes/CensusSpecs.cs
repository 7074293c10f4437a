using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class CensusSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private sealed record Record(string Name, Phase Phase, bool OneOff = false, DateTimeOffset? EndedAt = null);

    [Fact]
    public void The_oldest_finished_one_off_makes_room_else_the_oldest_finished_one()
    {
        Record[] all =
        [
            new("up", Phase.Running, OneOff: true),
            new("old", Phase.Finished, EndedAt: Noon),
            new("job", Phase.Finished, OneOff: true, Noon.AddHours(2)),
            new("older job", Phase.Finished, OneOff: true, Noon.AddHours(1)),
            new("oldest", Phase.Finished, EndedAt: Noon.AddHours(-1)),
        ];

        Oldest(all)!.Name.ShouldBe("older job");
        Oldest([.. all.Where(each => !each.OneOff)])!.Name.ShouldBe("oldest");
        Oldest(all[..1]).ShouldBeNull();
    }

    [Theory]
    [InlineData(Phase.Finished, EndReason.Failed, true)]
    [InlineData(Phase.Terminated, EndReason.StartFailed, true)]
    [InlineData(Phase.BackingOff, EndReason.Failed, false)]
    [InlineData(Phase.Finished, EndReason.Stopped, false)]
    [InlineData(Phase.Finished, null, false)]
    public void Failed_is_what_is_over_and_was_not_wanted_so(Phase phase, EndReason? reason, bool failed) =>
        ProcessCensus.HasFailed(phase, reason).ShouldBe(failed);

    private static Record? Oldest(IReadOnlyList<Record> all) => ProcessCensus.OldestFinished(all, each => (each.Phase, each.OneOff, each.EndedAt));
}
