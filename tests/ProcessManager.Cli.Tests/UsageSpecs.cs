using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class UsageSpecs
{
    [Theory]
    [InlineData("stpo", "\"stpo\" is not one of its verbs")]
    [InlineData("stop", "Required argument")]
    [InlineData("stop x --grace 5", "has no unit")]
    [InlineData("stop x --grace -5s", "-5s")]
    [InlineData("wait x --for later", "\"later\" is none of terminated, ready, finished")]
    [InlineData("ps --phase up", "\"up\" is none of Created")]
    [InlineData("signal x NOPE", "\"NOPE\" is not a signal")]
    [InlineData("logs x --tail -1", "--tail")]
    [InlineData("logs x --since yesterdayish", "neither a time")]
    [InlineData("info ../x", "is not an id")]
    [InlineData("info @x", "is not an OS pid")]
    [InlineData("completion tcsh", "tcsh")]
    public async Task What_was_typed_wrong_is_said_and_exits_with_2(string line, string said)
    {
        using var typed = new Typed();
        (await typed.RunAsync(line.Split(' '))).ShouldBe(2);
        typed.Error.ShouldContain(said);
        typed.Error.ShouldStartWith("procman: ");
        typed.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_names_every_verb()
    {
        using var typed = new Typed();
        (await typed.RunAsync("--help")).ShouldBe(0);
        foreach (var verb in (string[])["serve", "up", "run", "start", "stop", "restart", "kill", "signal", "suspend", "resume", "rm", "wait", "ps", "info", "logs", "events", "stdin", "node", "doctor", "completion"])
        {
            typed.Out.ShouldContain($"\n  {verb} ");
        }
    }

    [Fact]
    public async Task Nothing_typed_shows_the_help_and_exits_with_2()
    {
        using var typed = new Typed();
        (await typed.RunAsync()).ShouldBe(2);
        typed.Out.ShouldContain("Usage:");
    }

    [Fact]
    public async Task A_manager_that_is_not_there_exits_with_4()
    {
        using var typed = new Typed { Reachable = false };
        (await typed.RunAsync("ps")).ShouldBe(4);
        typed.Error.ShouldBe($"procman: No manager answers at {typed.Directory}/procman.sock.\n");
    }

    [Fact]
    public async Task With_json_a_failure_is_one_document()
    {
        using var typed = new Typed();
        (await typed.RunAsync("info", "nobody", "--json")).ShouldBe(3);
        var problem = JsonDocument.Parse(typed.Error).RootElement;
        problem.GetProperty("code").GetString().ShouldBe("NotFound");
        problem.GetProperty("status").GetInt32().ShouldBe(404);
        problem.GetProperty("detail").GetString().ShouldBe("There is no process \"nobody\".");
    }

    [Fact]
    public async Task A_socket_path_that_no_socket_can_have_is_a_clear_error()
    {
        using var typed = new Typed();
        (await typed.RunAsync("ps", "--socket", "/tmp/" + new string('x', 103))).ShouldBe(2);
        typed.Error.ShouldContain("has 108 bytes");
    }

    [Theory]
    [InlineData("{}", false, "/home/me/.local/state/procman/procman.sock")]
    [InlineData("XDG_STATE_HOME=/s", false, "/s/procman/procman.sock")]
    [InlineData("", true, "/var/lib/procman/procman.sock")]
    [InlineData("PROCMAN_DATA=/d", true, "/d/procman.sock")]
    [InlineData("PROCMAN_SOCKET=/run/p.sock", true, "/run/p.sock")]
    public void The_manager_is_looked_for_where_the_environment_says(string variable, bool root, string socket)
    {
        using var typed = new Typed();
        var pair = Values.Pair(variable);
        var caller = new Caller
        {
            Input = Stream.Null,
            InputIsTerminal = false,
            Out = typed.Caller().Out,
            Error = typed.Caller().Error,
            Environment = new Dictionary<string, string> { ["HOME"] = "/home/me", [pair.Key] = pair.Value ?? "" },
            WorkingDirectory = "/",
            IsRoot = root,
            Clock = TimeProvider.System,
            Interrupts = typed.Interrupts,
            Connect = _ => typed.Manager,
            OpenLocal = (_, _) => throw new NotSupportedException(),
        };
        Location.Find(caller, data: null, socket: null).Socket.ShouldBe(socket);
        Location.Find(caller, data: "/x", socket: null).Socket.ShouldBe("/x/procman.sock");
        Location.Find(caller, data: "/x", socket: "y.sock").Socket.ShouldBe("/y.sock");
    }
}
