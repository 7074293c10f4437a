using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class DoctorSpecs
{
    [Fact]
    public async Task It_says_what_this_host_can()
    {
        using var typed = new Typed();
        (await typed.RunAsync("doctor")).ShouldBe(0, typed.Out);
        foreach (var about in (string[])["kernel", "pidfd", "sqlite", "open files", "log budget", "disk", "cgroup v2", "systemd", "daemon"])
        {
            typed.Out.ShouldContain(about);
        }

        typed.Out.ShouldStartWith("ok");
    }

    [Fact]
    public async Task As_json_it_is_a_list_of_findings()
    {
        using var typed = new Typed { Reachable = false };
        (await typed.RunAsync("doctor", "--json")).ShouldBe(0);
        var findings = JsonDocument.Parse(typed.Out).RootElement.EnumerateArray().ToList();
        findings.ShouldContain(finding => finding.GetProperty("about").GetString() == "pidfd" && finding.GetProperty("verdict").GetString() == "Ok");
    }

    [Fact]
    public async Task A_data_directory_that_nobody_can_write_is_in_the_way()
    {
        using var typed = new Typed();
        (await typed.RunAsync("doctor", "--data", "/proc/procman")).ShouldBe(1);
        typed.Out.ShouldContain("can't be written");
    }

    [Theory]
    [InlineData("0::/system.slice/procman.service\n", "procman.service")]
    [InlineData("9:name=systemd:/system.slice/shop.service\n0::/\n", "shop.service")]
    [InlineData("0::/user.slice/session-1.scope\n", null)]
    public void The_unit_is_told_by_the_cgroup(string cgroups, string? unit) => SystemdUnit.OwnUnit(cgroups).ShouldBe(unit);

    [Fact]
    public void A_unit_that_ends_everything_with_the_daemon_is_told()
    {
        SystemdUnit.KillMode(["[Service]\nExecStart=procman serve\n"]).ShouldBe("control-group");
        SystemdUnit.KillMode(["[Service]\nKillMode=mixed\n", "[Service]\nKillMode=process\n"]).ShouldBe("process");
        SystemdUnit.About("p.service", "control-group").Verdict.ShouldBe(Verdict.Less);
        SystemdUnit.About("p.service", "process").Verdict.ShouldBe(Verdict.Ok);
    }
}
