using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class Lines
{
    private static readonly DateTimeOffset Now = Life.Birth;

    private readonly PoolLine _line = new() { Concurrency = 2 };

    [Fact]
    public void As_many_as_its_limit_get_a_slot_and_the_next_when_one_ends()
    {
        Waits("a", 1);
        Waits("b", 2);
        Waits("c", 3);

        Granted().ShouldBe(["a", "b"]);
        Granted().ShouldBeEmpty();
        (_line.Running, _line.Waiting).ShouldBe((2, 1));

        Tell("b", SlotUse.Holds, 2);
        Granted().ShouldBeEmpty();
        Tell("b", SlotUse.Completed, 2);
        Granted().ShouldBe(["c"]);
    }

    [Fact]
    public void Priority_comes_before_order()
    {
        _line.Concurrency = 9;
        _line.Hold(held: true, removing: false);
        Waits("a", 1);
        Waits("b", 2, priority: 1);
        Waits("c", 3, priority: -1);
        Waits("d", 4, priority: 1);
        Granted().ShouldBeEmpty();

        _line.Hold(held: false, removing: false);

        Granted().ShouldBe(["b", "d", "a", "c"]);
    }

    [Fact]
    public void One_that_was_given_a_slot_and_says_again_that_it_waits_keeps_it()
    {
        Waits("a", 1);
        Granted().ShouldBe(["a"]);

        Tell("a", SlotUse.Waits, 1, version: 5);
        Granted().ShouldBeEmpty();
        _line.Granted.Select(grant => grant.Id.Value).ShouldBe(["a"]);

        // Another start is another wait.
        Tell("a", SlotUse.Waits, 1, version: 6, epoch: new Epoch(2, 1));
        Granted().ShouldBe(["a"]);
        _line.Running.ShouldBe(1);
    }

    [Fact]
    public void One_that_backs_off_gives_its_slot_up_and_comes_back_before_younger_ones()
    {
        _line.Concurrency = 1;
        Waits("a", 1);
        Waits("b", 2);
        Waits("c", 3);
        Granted().ShouldBe(["a"]);

        Tell("a", SlotUse.Rests, 1, version: 2);
        Granted().ShouldBe(["b"]);
        Tell("a", SlotUse.Waits, 1, version: 3, epoch: new Epoch(1, 2));
        Tell("b", SlotUse.Completed, 2, version: 2);

        Granted().ShouldBe(["a"]);
    }

    [Fact]
    public void Old_news_changes_nothing_and_a_new_job_of_the_same_key_is_another()
    {
        Tell("a", SlotUse.Completed, 1, version: 9);
        Tell("a", SlotUse.Holds, 1, version: 8);
        (_line.Running, _line.Count(SlotUse.Completed)).ShouldBe((0, 1));

        Tell("a", SlotUse.Waits, 7, version: 2, createdAt: Now.AddSeconds(1));
        (_line.Waiting, _line.Count(SlotUse.Completed)).ShouldBe((1, 0));
        Tell("a", SlotUse.Gone, 7, version: 3, createdAt: Now.AddSeconds(1));
        (_line.Waiting, _line.Running).ShouldBe((0, 0));
    }

    [Fact]
    public void Of_jobs_that_are_added_together_none_begins_before_all_are_there()
    {
        var first = _line.Admit("pool", 3, Now);
        Waits("third", first + 2);
        Granted().ShouldBeEmpty();
        Waits("first", first);
        Waits("second", first + 1);

        _line.Admitted(first);

        Granted().ShouldBe(["first", "second"]);
        _line.Admit("pool", 1, Now).ShouldBe(first + 3);
    }

    [Fact]
    public void Who_goes_away_while_it_adds_jobs_holds_nobody_up_for_ever()
    {
        Waits("a", _line.Admit("pool", 2, Now));

        _line.Grant(Now.AddSeconds(29)).ShouldBeEmpty();
        _line.Grant(Now.AddSeconds(30)).Count.ShouldBe(1);
    }

    [Fact]
    public void More_than_ten_thousand_never_wait()
    {
        _line.Admit("pool", IPools.MostWaiting - 1, Now);
        Should.Throw<ProcessManagerException>(() => _line.Admit("pool", 2, Now)).Code.ShouldBe(ErrorCode.LimitExceeded);
        _line.Admit("pool", 1, Now);
    }

    [Fact]
    public void One_that_is_being_removed_takes_no_jobs_and_is_not_let_go()
    {
        Waits("a", 1);
        _line.Hold(held: true, removing: true);
        _line.Hold(held: false, removing: false);

        Granted().ShouldBeEmpty();
        Should.Throw<ProcessManagerException>(() => _line.Admit("pool", 1, Now)).Code.ShouldBe(ErrorCode.InvalidState);
    }

    private void Waits(string id, long number, int priority = 0) => Tell(id, SlotUse.Waits, number, priority: priority);

    private void Tell(
        string id, SlotUse use, long number, int priority = 0, long version = 1, Epoch? epoch = null, DateTimeOffset? createdAt = null) => _line.See(
        new SlotNews(ProcessId.Parse(id), new JobPlace("pool", id, priority, number), use, epoch ?? new Epoch(1, 1), createdAt ?? Now, version));

    private List<string> Granted() => [.. _line.Grant(Now).Select(grant => grant.Id.Value)];
}
