using Shouldly;
using Xunit;

namespace ProcessManager.Core.Tests.Events;

public sealed class RecentEvents
{
    [Fact]
    public void An_empty_one_has_what_comes_after_its_last_and_nothing_else()
    {
        var ring = new EventRing<string>(4, last: 7);

        (ring.Last, ring.Oldest).ShouldBe((7, 8));
        ring.Has(7).ShouldBeTrue();
        ring.Has(6).ShouldBeFalse();
        ring.After(7, 10).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(41)]
    public void The_last_ones_are_held_at_their_positions(long last)
    {
        var ring = new EventRing<long>(4, last);
        for (var position = last + 1; position <= last + 10; position++)
        {
            ring.Add(position);
            ring.Last.ShouldBe(position);
            ring.Oldest.ShouldBe(Math.Max(last + 1, position - 3));
            for (var held = ring.Oldest; held <= position; held++)
            {
                ring[held].ShouldBe(held);
            }
        }
    }

    [Fact]
    public void They_are_read_on_from_a_position_as_many_as_asked_for()
    {
        var ring = new EventRing<long>(4, last: 0);
        for (var position = 1; position <= 6; position++)
        {
            ring.Add(position);
        }

        ring.After(2, 10).ShouldBe([3, 4, 5, 6]);
        ring.After(3, 2).ShouldBe([4, 5]);
        ring.After(6, 10).ShouldBeEmpty();
        ring.After(9, 10).ShouldBeEmpty("a position that never was has nothing after it");
    }

    [Fact]
    public void What_is_not_held_is_not_given()
    {
        var ring = new EventRing<long>(2, last: 0);
        ring.Add(1);
        ring.Add(2);
        ring.Add(3);

        ring.Has(0).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => ring[1]);
        Should.Throw<ArgumentOutOfRangeException>(() => ring[4]);
    }
}
