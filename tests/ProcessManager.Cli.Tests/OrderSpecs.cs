using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class OrderSpecs
{
    [Theory]
    [InlineData("start a", "start a")]
    [InlineData("stop a --grace 5s", "stop a grace 00:00:05 wait True")]
    [InlineData("stop a --no-wait", "stop a grace  wait False")]
    [InlineData("restart a", "restart a")]
    [InlineData("kill a", "kill a")]
    [InlineData("signal a hup --tree", "signal a SIGHUP tree True")]
    [InlineData("suspend a", "suspend a")]
    [InlineData("resume a", "resume a")]
    [InlineData("kill @4711", "kill a")]
    public async Task An_order_reaches_the_manager_and_the_answer_is_shown(string line, string asked)
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        (await typed.RunAsync(line.Split(' '))).ShouldBe(0);
        typed.Manager.Asked.ShouldBe([asked]);
        typed.Out.ShouldBe("a  Running, os pid 4711\n");
        typed.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_are_tried_and_the_worst_exit_code_wins()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        typed.Manager.Add(InMemoryManager.Info("c"));
        (await typed.RunAsync("kill", "a", "b", "c")).ShouldBe(3);
        typed.Manager.Asked.ShouldBe(["kill a", "kill c"]);
        typed.Out.ShouldBe("a  Running, os pid 4711\nc  Running, os pid 4711\n");
        typed.Error.ShouldBe("procman: There is no process \"b\".\n");
    }

    [Fact]
    public async Task Several_are_one_json_array_and_one_is_an_object()
    {
        using var several = new Typed();
        several.Manager.Add(InMemoryManager.Info("a"));
        several.Manager.Add(InMemoryManager.Info("b"));
        (await several.RunAsync("kill", "a", "b", "--json")).ShouldBe(0);
        JsonDocument.Parse(several.Out).RootElement.GetArrayLength().ShouldBe(2);

        using var one = new Typed();
        one.Manager.Add(InMemoryManager.Info("a"));
        (await one.RunAsync("kill", "a", "--json")).ShouldBe(0);
        JsonDocument.Parse(one.Out).RootElement.GetProperty("phase").GetString().ShouldBe("Running");
    }

    [Fact]
    public async Task The_key_alone_is_enough_while_it_is_unique()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("shop.api") with { Group = "shop" });
        typed.Manager.Add(InMemoryManager.Info("shop.db") with { Group = "shop" });
        typed.Manager.Add(InMemoryManager.Info("yard.db") with { Group = "yard" });
        (await typed.RunAsync("kill", "api")).ShouldBe(0);
        typed.Manager.Asked.ShouldBe(["kill shop.api"]);
        (await typed.RunAsync("kill", "db")).ShouldBe(3);
        typed.Error.ShouldBe("procman: \"db\" could be any of shop.db, yard.db: say which.\n");
    }

    [Fact]
    public async Task Removed_ones_are_named()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        (await typed.RunAsync("rm", "a", "x")).ShouldBe(3);
        typed.Out.ShouldBe("a  removed\n");
        typed.Manager.Infos.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wait_past_its_time_exits_with_1()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        (await typed.RunAsync("wait", "a", "--for", "ready", "--timeout", "2s")).ShouldBe(1);
        typed.Error.ShouldContain("is not there after");
    }

    [Fact]
    public async Task Input_goes_to_the_process_as_it_is()
    {
        using var text = new Typed();
        text.Manager.Add(InMemoryManager.Info("a"));
        (await text.RunAsync("stdin", "a", "hello world", "--close")).ShouldBe(0);
        text.Manager.Stdin.ToString().ShouldBe("hello world\n<end>");

        using var piped = new Typed { Input = "one\ntwo" };
        piped.Manager.Add(InMemoryManager.Info("a"));
        (await piped.RunAsync("stdin", "a")).ShouldBe(0);
        piped.Manager.Stdin.ToString().ShouldBe("one\ntwo");

        using var typedByHand = new Typed { InputIsTerminal = true };
        typedByHand.Manager.Add(InMemoryManager.Info("a"));
        (await typedByHand.RunAsync("stdin", "a", "--close")).ShouldBe(0);
        typedByHand.Manager.Stdin.ToString().ShouldBe("<end>");
    }

    [Fact]
    public async Task Resize_tells_a_terminal_its_columns_and_rows()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        (await typed.RunAsync("resize", "a", "120", "40")).ShouldBe(0);
        typed.Manager.Resized.ShouldBe(new TerminalSize(120, 40));
        (await typed.RunAsync("resize", "nobody", "120", "40")).ShouldBe(3);
        (await typed.RunAsync("resize", "a", "wide", "40")).ShouldBe(2);
    }

    [Fact]
    public async Task Detached_with_a_terminal_it_is_declared_with_one_that_can_be_typed_into()
    {
        using var typed = new Typed();
        (await typed.RunAsync("run", "-d", "-t", "--name", "editor", "--", "vi")).ShouldBe(0);
        var spec = typed.Manager.Specs["editor"];
        (spec.Output.Mode, spec.Stdin.Mode).ShouldBe((OutputMode.Terminal, StdinMode.Pipe));
    }
}
