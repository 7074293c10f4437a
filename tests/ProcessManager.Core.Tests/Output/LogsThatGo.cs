using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class LogsThatGo
{
    private static readonly DateTimeOffset Now = Life.Birth;

    [Fact]
    public void Those_of_the_finished_go_first_and_the_oldest_end_before_the_others() =>
        Order(Other("up", 3, 0), Finished("late", 1, 9), Finished("early", 2, 5)).ShouldBe(["early/3.0", "late/2.0", "up/3.1"]);

    [Fact]
    public void Of_the_others_the_oldest_go_first_and_what_the_present_attempt_wrote_stays() =>
        Order(Other("young", 2, 7), Other("old", 4, 3)).ShouldBe(["old/4.1", "young/2.1"]);

    [Fact]
    public void Who_is_at_the_first_attempt_has_nothing_to_give() => Order(Other("first", 1, 0), Other("created", 0, 0)).ShouldBeEmpty();

    [Fact]
    public void What_a_finished_process_writes_when_it_is_started_meanwhile_stays() =>
        LogSacrifices.InOrder([Finished("again", 2, 0)]).Single().Keep.ShouldBeLessThanOrEqualTo(new Epoch(3, 1));

    private static LogHolding Finished(string id, int run, int minute) => Other(id, run, 0) with { FinishedAt = Now.AddMinutes(minute) };

    private static LogHolding Other(string id, int run, int minute) =>
        new(ProcessId.Parse(id), new Epoch(run, run == 0 ? 0 : 1), FinishedAt: null, Now.AddMinutes(minute));

    private static IEnumerable<string> Order(params LogHolding[] holdings) => LogSacrifices.InOrder(holdings).Select(one => $"{one.Id}/{one.Keep}");
}
