using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class StartTokens
{
    private static readonly DateTimeOffset Now = Life.Birth;

    [Fact]
    public void A_full_bucket_gives_its_burst_and_then_its_rate()
    {
        var (bucket, taken) = StartBucket.Full(Now).Take(1000, Now);
        taken.ShouldBe(500);
        bucket.Take(1, Now).Taken.ShouldBe(0);
        (bucket, taken) = bucket.Take(1000, Now.AddSeconds(0.5));
        taken.ShouldBe(100);
        bucket.Take(1000, Now.AddHours(1)).Taken.ShouldBe(500);
    }

    [Fact]
    public void A_clock_that_goes_back_gives_nothing()
    {
        var empty = StartBucket.Full(Now).Take(500, Now).Left;
        empty.Take(1, Now.AddHours(-1)).Taken.ShouldBe(0);
        empty.Take(1, Now.AddHours(-1)).Left.Take(500, Now.AddSeconds(1)).Taken.ShouldBe(200);
    }

    [Fact]
    public void No_more_is_taken_than_wanted() => StartBucket.Full(Now).Take(3, Now).ShouldBe((new StartBucket(497, Now), 3));

    [Fact]
    public void Never_more_than_rate_times_time_and_burst_and_a_token_is_there_when_it_is_said_to_be()
    {
        var steps = Gen.Zip(Gen.Choose(0, 3_000_000), Gen.Choose(0, 600)).ListOf().ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(steps, list =>
        {
            var bucket = StartBucket.Full(Now);
            var now = Now;
            var total = 0;
            foreach (var (ticks, wanted) in list)
            {
                now = now.AddTicks(ticks);
                (bucket, var taken) = bucket.Take(wanted, now);
                total += taken;
                taken.ShouldBeLessThanOrEqualTo(wanted);
                ((double)total).ShouldBeLessThanOrEqualTo(((now - Now).TotalSeconds * StartBucket.PerSecond) + StartBucket.Burst + 1e-6);
                if (taken < wanted)
                {
                    bucket.NextAt.ShouldBeGreaterThan(now);
                    bucket.Take(1, bucket.NextAt).Taken.ShouldBe(1, "it is due");
                    bucket.Take(1, bucket.NextAt.AddTicks(-3)).Taken.ShouldBe(0, "it isn't due yet");
                }
            }
        }));
    }
}
