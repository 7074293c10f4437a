using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class WhatUsersSee
{
    [Fact]
    public void An_info_of_a_running_process()
    {
        var info = Life.Running(Life.Spec() with { Args = ["x"], Group = "shop" }).Pass(5).Info();
        info.Name.ShouldBe("api");
        info.Group.ShouldBe("shop");
        (info.Phase, info.Goal, info.Run, info.Attempt).ShouldBe((Phase.Running, Goal.Up, 1, 1));
        (info.OsPid, info.Ready, info.Healthy, info.BlockedBy).ShouldBe((1101, true, true, null));
        (info.StartedAt, info.Uptime, info.EndedAt, info.Reason).ShouldBe((Life.Birth, TimeSpan.FromSeconds(5), null, null));
        (info.Lifetime, info.Node, info.Version).ShouldBe((Lifetime.Keep, "here", 3L));
    }

    [Fact]
    public void An_info_of_one_that_backs_off()
    {
        var life = Life.BackingOff();
        var info = life.Info();
        (info.Ready, info.Healthy, info.OsPid, info.Uptime).ShouldBe((false, false, null, null));
        (info.ExitCode, info.Reason, info.RestartCount, info.ConsecutiveFailures).ShouldBe((1, EndReason.Failed, 1, 1));
        info.NextStartAt.ShouldBe(life.Now + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Five_failures_in_a_row_are_not_healthy_until_it_ran_quietly()
    {
        var life = Life.Running(Life.Spec() with { Restart = new RestartPolicy { When = RestartWhen.Always, Max = null, Delay = TimeSpan.Zero } });
        for (var failure = 1; failure <= 5; failure++)
        {
            life.Info().Healthy.ShouldBeTrue();
            life.Exited(1).TreeEmpty().Token().Spawned();
        }

        (life.Info().Healthy, life.Info().ConsecutiveFailures).ShouldBe((false, 5));
        life.Pass(TimeSpan.FromMinutes(10));
        (life.Info().Healthy, life.Info().ConsecutiveFailures).ShouldBe((true, 0));
    }
}
