using System.Globalization;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class ForegroundSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_runs_as_if_the_shell_had_started_it(bool daemon)
    {
        await using var site = daemon ? await Site.WithDaemonAsync() : new Site();
        (await site.RunAsync("run", "--", "sh", "-c", "echo hi; echo oops >&2; exit 3")).ShouldBe(new Ended(3, "hi\n", "oops\n"));
        (await site.RunFedAsync("typed in", "run", "--", "cat")).ShouldBe(new Ended(0, "typed in\n", ""));
        (await site.RunAsync("run", "--", "sh", "-c", "kill -9 $$")).Code.ShouldBe(137);
        (await site.RunAsync("run", "--", "no-such-command")).Code.ShouldBe(127);
        (await site.RunAsync("run", "--", "/etc/passwd")).Code.ShouldBe(126);
        (await site.RunAsync("run", "--timeout", "200ms", "--", "sleep", "1000")).Code.ShouldBe(124);
        (await site.RunAsync("run", "--env", "A=1", "--shell", "--", "echo $A $PWD $1", "x y")).Out.ShouldBe($"1 {Directory.GetCurrentDirectory()} x y\n");
        // What it leaves behind holds its output open, and nobody waits for that.
        (await site.RunAsync("run", "--", "sh", "-c", "sleep 1000 & echo hi")).ShouldBe(new Ended(0, "hi\n", ""));
        (await site.RunFedAsync(new string('x', (4 << 20) + 1), "run", "--", "wc", "-c")).Out.Trim().ShouldBe("4194305");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupt_stops_the_command_and_a_second_one_kills_it(bool daemon)
    {
        await using var site = daemon ? await Site.WithDaemonAsync() : new Site();
        await using var polite = Executable.Start(site.Environment, "run", "--", "sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        await polite.UntilSaidAsync("ready");
        polite.Signal("INT");
        var goodbye = await polite.EndAsync();
        (goodbye.Code, goodbye.Out).ShouldBe((5, "ready\nbye\n"));

        await using var deaf = Executable.Start(
            site.Environment, "run", "--grace", "1h", "--", "sh", "-c", "trap 'echo no' TERM; echo ready; while :; do sleep 0.1; done");
        await deaf.UntilSaidAsync("ready");
        deaf.Signal("INT");
        await deaf.UntilSaidAsync("no");
        deaf.Signal("INT");
        (await deaf.EndAsync()).Code.ShouldBe(137);
    }

    [Fact]
    public async Task The_sample_runs_here_and_an_interrupt_stops_all_of_it()
    {
        await using var site = new Site();
        await using var up = Executable.Start(site.Environment, "up", Path.Combine(Repository.Root, "samples", "shop.yaml"));
        await up.UntilSaidAsync("api     | listening on port 8080");
        await up.UntilSaidAsync("migrate | the schema of dev is at version 42");
        await up.UntilSaidAsync("procman: worker: exit 3 (Failed), next start in");
        var started = OsPids(up.Error);
        started.ShouldNotBeEmpty();
        up.Signal("INT");
        var ended = await up.EndAsync();
        ended.Code.ShouldBe(0, ended.Error);
        ended.Out.ShouldContain("api     | goodbye");
        OsPids(ended.Error).ShouldAllBe(pid => !Directory.Exists($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}"));
    }

    [Theory]
    [InlineData("a: { command: echo, args: [hi] }", 0)]
    [InlineData("a: { command: echo, args: [hi] }, b: { command: sh, args: [-c, exit 3] }", 1)]
    [InlineData("a: { command: no-such-command }", 1)]
    public async Task A_file_whose_processes_have_all_ended_is_over(string processes, int code)
    {
        await using var site = new Site();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, $"processes: {{ {processes} }}");
        var ended = await site.RunAsync("up", file);
        ended.Code.ShouldBe(code, ended.Error);
    }

    [Fact]
    public async Task Killed_it_takes_its_processes_with_it()
    {
        await using var site = new Site();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, "processes: { a: { command: sleep, args: [1000] } }");
        await using var up = Executable.Start(site.Environment, "up", file);
        await up.UntilSaidAsync("a: started, os pid ");
        var osPid = OsPids(up.Error).Single();
        up.Signal("KILL");
        await up.EndAsync();
        await using var gone = Executable.StartShell($"while kill -0 {osPid} 2>/dev/null; do sleep 0.05; done", site.Environment);
        (await gone.EndAsync()).Code.ShouldBe(0);
    }

    private static List<int> OsPids(string notes) =>
        [.. notes.Split('\n').Where(line => line.Contains("os pid ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))];
}
