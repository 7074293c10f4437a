using System.Text.Json;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class UpSpecs
{
    private const string Shop =
        """
        name: shop
        environment: { STAGE: dev }
        processes:
          api: { command: sleep, args: [1], environment: { PORT: 8080 } }
          db: { command: sleep }
        """;

    [Fact]
    public async Task With_a_daemon_it_creates_or_updates_each_and_returns()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("shop.db", Phase.Terminated));
        (await typed.RunAsync("up", typed.Write("shop.yaml", Shop))).ShouldBe(0);
        typed.Manager.Asked.ShouldBe(["create shop.api", "update shop.db", "start shop.db"], ignoreOrder: true);
        typed.Manager.Specs["shop.api"].Environment["PORT"].ShouldBe(new EnvironmentValue("8080"));
        typed.Manager.Specs["shop.api"].WorkingDirectory.ShouldBe(typed.Directory);
        typed.Out.ShouldContain("shop.api  created           Running, os pid 4711\n");
        typed.Out.ShouldContain("shop.db   restarted (args)  Terminated\n");
    }

    [Fact]
    public async Task Without_one_it_runs_them_here_shows_lines_with_their_keys_and_ends_when_they_have()
    {
        using var typed = new Typed { Reachable = false };
        typed.Local.Log("shop.api", "hello\n");
        typed.Local.Log("shop.db", "ready");
        typed.Local.Events.Add(Happened("shop.api", EventType.Started, new EventData { OsPid = 12 }));
        (await typed.RunAsync("up", typed.Write("shop.yaml", Shop))).ShouldBe(1, "sleep never said Completed");
        typed.Out.Split('\n').ShouldBe(["api | hello", "db  | ready", ""], ignoreOrder: true);
        typed.Local.Specs["shop.api"].Lifetime.ShouldBe(Lifetime.WithManager);
    }

    [Fact]
    public async Task It_exits_with_0_when_all_have_completed_and_with_1_when_one_failed_for_good()
    {
        (await EndingWithAsync(EndReason.Completed)).ShouldBe(0);
        (await EndingWithAsync(EndReason.Failed)).ShouldBe(1);
    }

    [Fact]
    public async Task An_interrupt_stops_all_and_exits_with_0()
    {
        using var typed = new Typed { Reachable = false };
        typed.Local.Ending = typed.Local.Stopped.Task;
        typed.Interrupts.Raise();
        (await typed.RunAsync("up", typed.Write("shop.yaml", Shop))).ShouldBe(0);
        typed.Local.Asked.ShouldContain("stop shop.api grace  wait ");
        typed.Local.Asked.ShouldContain("stop shop.db grace  wait ");
    }

    [Fact]
    public async Task As_json_each_line_of_output_is_a_document()
    {
        using var typed = new Typed { Reachable = false };
        typed.Local.Log("shop.api", "hello\n");
        await typed.RunAsync("up", "--json", typed.Write("shop.yaml", Shop));
        JsonDocument.Parse(typed.Out.Split('\n')[0]).RootElement.GetProperty("text").GetString().ShouldBe("hello");
    }

    [Fact]
    public async Task Every_fault_of_a_file_is_told_with_its_place_and_nothing_is_started()
    {
        using var typed = new Typed();
        var file = typed.Write("bad.yaml",
            """
            name: shop
            processes:
              api:
                command: sleep
                restart: { whem: onFailure }
                stop:
                  grace: soon
              api: { command: [] }
            """);
        (await typed.RunAsync("up", file)).ShouldBe(2);
        typed.Error.ShouldContain("bad.yaml:5:");
        typed.Error.ShouldContain("whem");
        typed.Error.ShouldContain("bad.yaml:7:14");
        typed.Error.ShouldContain("bad.yaml:8:");
        typed.Manager.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a: [", "x.yaml:2:1: is not YAML", 2)]
    [InlineData("", "x.yaml", 2)]
    [InlineData("name: a\nprocesses: { b: *nobody }", "x.yaml:2:17", 2)]
    [InlineData("name: a\n---\nname: b", "x.yaml:2:1", 2)]
    [InlineData("{\"name\": \"a\", \"processes\": {\"b\": {\"command\": \"sleep\"}}}", "", 0)]
    public async Task What_is_not_a_file_of_processes_is_told_with_its_place(string text, string said, int exit)
    {
        using var typed = new Typed();
        (await typed.RunAsync("up", typed.Write("x.yaml", text))).ShouldBe(exit, typed.Error);
        typed.Error.ShouldContain(said);
    }

    [Fact]
    public async Task A_small_file_that_unfolds_to_a_huge_one_is_refused()
    {
        using var typed = new Typed();
        var lines = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        (await typed.RunAsync("up", typed.Write("bomb.yaml", "a0: &a0 [x]\n" + string.Join('\n', lines)))).ShouldBe(2);
        typed.Error.ShouldContain("too many values");
    }

    [Fact]
    public void The_sample_is_valid()
    {
        using var typed = new Typed();
        var file = ProcessFile.Read(typed.Caller(), Path.Combine(Repository.Root, "samples", "shop.yaml"));
        file.Processes.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_missing_file_exits_with_3()
    {
        using var typed = new Typed();
        (await typed.RunAsync("up", "none.yaml")).ShouldBe(3);
        typed.Error.ShouldBe("procman: There is no file none.yaml.\n");
    }

    private static async Task<int> EndingWithAsync(EndReason reason)
    {
        using var typed = new Typed { Reachable = false };
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        typed.Local.Ending = ended.Task;
        var up = typed.RunAsync("up", typed.Write("one.yaml", "processes: { a: { command: sleep } }"));
        while (!typed.Local.Infos.ContainsKey("one.a"))
        {
            await Task.Delay(5);
        }

        typed.Local.Add(InMemoryManager.Info("one.a", Phase.Terminated) with { Reason = reason });
        ended.SetResult();
        return await up;
    }

    private static ProcessEvent Happened(string id, EventType type, EventData data) =>
        new() { Cursor = "1", Time = InMemoryManager.Now, Type = type, Id = ProcessId.Parse(id), Run = 1, Attempt = 1, Data = data };
}
