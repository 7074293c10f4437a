using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>The real program on a real (pseudo) terminal.</summary>
public sealed class TerminalSpecs
{
    private const string Down = "\e[B";

    [Fact]
    public async Task Top_shows_steers_and_gives_the_terminal_back()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "chatty", "--", "sh", "-c", "echo hello from chatty; echo and an error >&2; exec sleep 1000");
        await site.RunAsync("run", "-d", "--name", "quiet", "--", "sleep", "1000");
        await using var top = Pty.Start(site.Environment, "top");

        await top.UntilShown("2 processes, 2 running", "log of chatty", "hello from chatty", "and an error");
        top.Type("f");
        top.Type("error\r");
        await top.UntilNotShown("hello from chatty");
        top.Type("i");
        await top.UntilShown("details of chatty", "runs as os pid");
        top.Type("l" + Down);
        await top.UntilShown("log of quiet");

        top.Type("x");
        await top.UntilShown("1 running", "SIGTERM (Stopped)");
        top.Type("s");
        await top.UntilShown("2 running");
        top.Type("K");
        await top.UntilShown("Kill quiet with SIGKILL?");
        top.Type("y");
        await top.UntilShown("SIGKILL (Killed)");

        top.Resize(80, 12);
        top.Type("?");
        await top.UntilShown("keys", "restart");
        top.Type("q");
        (await top.EndAsync()).ShouldBe(0);
        await Patience.Until("the terminal as it was", () => top.IsRestored);
        (await site.RunAsync("ps", "-q")).Out.ShouldBe("chatty\nquiet\n");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_ends_top_and_the_terminal_is_as_it_was(string signal)
    {
        await using var site = await Site.WithDaemonAsync();
        await using var top = Pty.Start(site.Environment, "top");
        await top.UntilShown("0 processes");
        top.IsRestored.ShouldBeFalse();

        OsProcess.Of(await top.OsPidAsync()).Signal(Signal.TryParse(signal, out var number) ? number : default);

        (await top.EndAsync()).ShouldBe(0);
        await Patience.Until("the terminal as it was", () => top.IsRestored);
    }

    [Fact]
    public async Task Top_outlives_its_manager_and_says_that_it_is_gone()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "one", "--", "sleep", "1000");
        await using var top = Pty.Start(site.Environment, "top");
        await top.UntilShown("1 running");

        site.Daemon.Signal("KILL");
        await site.Daemon.EndAsync();
        await top.UntilShown("No manager answers");
        await site.ServeAsync();
        await site.RunAsync("run", "-d", "--name", "two", "--", "sleep", "1000");

        await top.UntilShown("2 processes");
        top.Type("\u0003");
        (await top.EndAsync()).ShouldBe(0);
        await Patience.Until("the terminal as it was", () => top.IsRestored);
    }

    [Fact]
    public async Task Up_has_the_same_screen_and_quitting_stops_all_of_them()
    {
        await using var site = new Site();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, """
            name: demo
            processes:
              api: { command: sh, args: [-c, "trap 'echo goodbye; exit 0' TERM; echo listening; while :; do sleep 0.1; done"] }
              batch: { command: sh, args: [-c, "exit 3"] }
              web: { command: sleep, args: [1000], dependsOn: [api] }
            """);
        await using var up = Pty.Start(site.Environment, "up", file);

        await up.UntilShown("demo", "3 processes, 2 running", "log of api", "listening", "exit 3 (Failed)");
        up.Type("g");
        await up.UntilShown("who waits for whom", "└─ web  Running");
        up.Type("lr");
        await up.UntilShown("goodbye");
        up.Type("x");
        await up.UntilShown("1 running");
        up.Type("s");
        await up.UntilShown("2 running");
        up.Type("q");
        await up.UntilShown("Stop all of them and quit?");
        up.Type("y");

        (await up.EndAsync()).ShouldBe(0);
        await Patience.Until("the terminal as it was", () => up.IsRestored);
        await up.UntilShown("procman: api: ", "procman: batch: ");
    }

    [Fact]
    public async Task Up_is_stopped_by_a_signal_too_and_the_terminal_is_as_it_was()
    {
        await using var site = new Site();
        var file = Path.Combine(site.Folder, "x.yaml");
        await File.WriteAllTextAsync(file, "{ name: demo, processes: { api: { command: sleep, args: [1000] } } }");
        await using var up = Pty.Start(site.Environment, "up", file);
        await up.UntilShown("1 running");

        OsProcess.Of(await up.OsPidAsync()).Signal(Signal.Term);

        (await up.EndAsync()).ShouldBe(0);
        await Patience.Until("the terminal as it was", () => up.IsRestored);
    }

    [Fact]
    public async Task Without_a_terminal_top_writes_lines()
    {
        await using var site = await Site.WithDaemonAsync();
        await site.RunAsync("run", "-d", "--name", "one", "--", "sleep", "1000");
        await using var top = Executable.Start(site.Environment, "top");
        await top.UntilSaidAsync("one  Running");

        await site.RunAsync("stop", "one");

        await top.UntilSaidAsync("one  Stopped");
        top.Out.ShouldNotContain('\e');
        top.Signal("INT");
        await top.EndAsync();
    }
}
