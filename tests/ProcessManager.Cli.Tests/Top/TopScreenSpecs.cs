using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary>Keys, and what is to be seen then: no terminal, no manager.</summary>
public sealed class TopScreenSpecs
{
    private TopModel _model = new TopModel { Title = "shop", IdPrefix = "shop." }.With(
    [
        InMemoryManager.Info("shop.api") with { RestartCount = 3, StartedAt = InMemoryManager.Now.AddSeconds(-75), Metrics = Used(12.34, 48 << 20) },
        InMemoryManager.Info("shop.db"),
        InMemoryManager.Info("shop.migrate", Phase.Terminated) with { Reason = EndReason.Failed, ExitCode = 2 },
        InMemoryManager.Info("shop.worker", Phase.BackingOff) with { OsPid = null, NextStartAt = InMemoryManager.Now.AddSeconds(15) },
    ]);

    [Fact]
    public void The_list_says_how_each_one_stands()
    {
        var rows = Rows();

        rows[0].ShouldBe("procman  shop  4 processes, 2 running");
        rows[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["NAME", "PHASE", "READY", "RESTARTS", "CPU", "MEM", "UP", "LAST", "END"]);
        Words(rows[2]).ShouldBe(["api", "Running", "ready", "3", "12.3%", "48", "MiB", "1m15s", "-"]);
        Words(rows[4]).ShouldBe(["migrate", "Terminated", "-", "0", "-", "-", "-", "exit", "2", "(Failed)"]);
        Words(rows[5]).ShouldBe(["worker", "BackingOff", "15s", "-", "0", "-", "-", "-", "-"]);
        rows[6].ShouldStartWith("── log of api ─");
    }

    [Fact]
    public void Down_and_up_select_and_stay_within_the_list()
    {
        _model.Selected.ShouldBe(Id("api"));

        Press('j', NamedKey.Down).Selected.ShouldBe(Id("migrate"));
        Press('j', 'j', 'j').Selected.ShouldBe(Id("worker"));
        Press('k', NamedKey.Up, 'k', 'k').Selected.ShouldBe(Id("api"));
    }

    [Theory]
    [InlineData('s', TopAsk.Start)]
    [InlineData('x', TopAsk.Stop)]
    [InlineData('r', TopAsk.Restart)]
    [InlineData('z', TopAsk.Suspend)]
    public void A_key_gives_an_order_for_the_selected_one(char key, object verb)
    {
        Press('j');

        TopKeys.Press(_model, key, page: 5).Request.ShouldBe(new TopRequest((TopAsk)verb, Id("db")));
    }

    [Fact]
    public void A_kill_is_asked_about_first()
    {
        Press('K');
        Rows()[^1].ShouldBe("Kill api with SIGKILL? y/n");

        TopKeys.Press(_model, 'n', page: 5).Request.ShouldBeNull();
        TopKeys.Press(_model, 'y', page: 5).Request.ShouldBe(new TopRequest(TopAsk.Kill, Id("api")));
    }

    [Fact]
    public void Quitting_is_asked_about_where_the_processes_would_end_with_it()
    {
        TopKeys.Press(_model, 'q', page: 5).Request.ShouldBe(new TopRequest(TopAsk.Quit));
        _model = _model with { Foreground = true };

        TopKeys.Press(_model, 'q', page: 5).Request.ShouldBeNull();
        Press('q');
        Rows()[^1].ShouldBe("Stop all of them and quit? y/n");
        TopKeys.Press(_model, 'y', page: 5).Request.ShouldBe(new TopRequest(TopAsk.Quit));
        TopKeys.Press(_model, NamedKey.Interrupt, page: 5).Request.ShouldBe(new TopRequest(TopAsk.Quit));
    }

    [Fact]
    public void A_search_lists_those_that_match_and_escape_lists_all_again()
    {
        Press('/', 'W', 'o', 'x', NamedKey.Backspace, 'r');
        Rows()[^1].ShouldBe("list those with: Wor_");
        Press(NamedKey.Enter);

        Rows()[0].ShouldBe("procman  shop  4 processes, 2 running, 1 match \"Wor\"");
        _model.Selected.ShouldBe(Id("worker"));
        Words(Rows()[2])[0].ShouldBe("worker");
        Press(NamedKey.Escape);
        _model.Listed.Count.ShouldBe(4);
    }

    [Fact]
    public void The_log_follows_its_end_until_it_is_scrolled()
    {
        Write(1, 40);
        Log().ShouldBe(Lines(33, 40));

        Press(NamedKey.PageUp);
        Log().ShouldBe(Lines(25, 32));
        Rows()[6].ShouldContain("8 lines back");
        Write(41, 45);
        Log().ShouldBe(Lines(25, 32));

        Press(NamedKey.Home);
        Log().ShouldBe(Lines(1, 8));
        Press(NamedKey.End);
        Log().ShouldBe(Lines(38, 45));
    }

    [Fact]
    public void The_log_can_be_filtered_by_text()
    {
        Write(1, 40);

        Press('f', '3', '1', NamedKey.Enter);

        Rows()[6].ShouldContain("log of api with \"31\"");
        Log().ShouldBe(["line 31"]);
        Press(NamedKey.Escape);
        Log().ShouldBe(Lines(33, 40));
    }

    [Fact]
    public void Another_one_s_log_takes_its_place()
    {
        Write(1, 3);

        Press('j');

        _model.Lines.ShouldBeEmpty();
        Rows()[6].ShouldContain("log of db");
    }

    [Fact]
    public void Long_lines_are_cut_or_wrapped()
    {
        _model = _model.Append([new TopLine(new string('a', 120) + "end", Error: false)]);
        Log().ShouldBe([new string('a', 99) + "…"]);

        Press('w');

        Log().ShouldBe([new string('a', 100), new string('a', 20) + "end"]);
    }

    [Fact]
    public void The_lower_half_can_have_details_help_and_the_whole_screen()
    {
        _model = _model with { Details = "api: Running\n  why  because" };
        Press('i');
        Rows()[6].ShouldContain("details of api");
        Log().ShouldBe(["api: Running", "  why  because"]);

        Press('?');
        Rows()[6].ShouldContain("keys");
        Press(NamedKey.Tab);
        Rows()[2].ShouldContain("keys");
        Press(NamedKey.Tab, NamedKey.Escape);
        Rows()[6].ShouldContain("log of api");
    }

    [Fact]
    public void One_that_goes_leaves_the_selection_to_its_neighbour()
    {
        Press('j');

        _model = _model.With([.. _model.All.Where(info => info.Id != Id("db"))]);

        _model.Selected.ShouldBe(Id("migrate"));
        _model = _model.With([]);
        _model.Selected.ShouldBeNull();
        TopKeys.Press(_model, 'x', page: 5).Request.ShouldBeNull();
        Rows().Length.ShouldBe(16);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    [InlineData(20, 5)]
    [InlineData(400, 100)]
    public void It_fits_any_terminal(int width, int height)
    {
        Write(1, 200);
        foreach (var key in "jlig?w/")
        {
            Press(key);
            var screen = TopLayout.Draw(_model, width, height, InMemoryManager.Now);
            (screen.Width, screen.Height).ShouldBe((width, height));
        }
    }

    [Fact]
    public void A_long_list_scrolls_with_the_selection()
    {
        _model = _model.With([.. Enumerable.Range(0, 100).Select(number => InMemoryManager.Info($"shop.p{number:D2}"))]);

        Press([.. Enumerable.Repeat((Key)'j', 50)]);

        var row = Rows().Single(text => text.StartsWith("p50", StringComparison.Ordinal));
        Words(row)[1].ShouldBe("Running");
    }

    private static TreeMetrics Used(double cpu, long memory) => new()
    {
        CpuPercent = cpu,
        CpuSeconds = 1,
        MemoryBytes = memory,
        ReadBytes = 0,
        WrittenBytes = 0,
        Threads = 1,
        Children = 0,
        SampledAt = InMemoryManager.Now,
    };

    private static ProcessId Id(string key) => ProcessId.Parse($"shop.{key}");

    private static string[] Words(string row) => row.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(number => $"line {number}")];

    private void Write(int from, int to) => _model = _model.Append([.. Lines(from, to).Select(line => new TopLine(line, Error: false))]);

    private TopModel Press(params Key[] keys)
    {
        foreach (var key in keys)
        {
            _model = TopKeys.Press(_model, key, TopLayout.Page(_model, 16)).Model;
        }

        return _model;
    }

    private string[] Rows()
    {
        var screen = TopLayout.Draw(_model, 100, 16, InMemoryManager.Now);
        return [.. Enumerable.Range(0, 16).Select(screen.Row)];
    }

    /// <summary>The lower half.</summary>
    private string[] Log() => [.. Rows()[7..^1].Where(row => row.Length > 0)];
}
