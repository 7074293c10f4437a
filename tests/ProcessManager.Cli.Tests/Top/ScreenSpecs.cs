using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class ScreenSpecs
{
    [Fact]
    public void Only_what_differs_is_drawn()
    {
        var before = new Screen(20, 3);
        before.Text(0, 0, "one two three");
        var after = new Screen(20, 3);
        after.Text(0, 0, "one TWO three");

        after.Draw(before, colours: true).ShouldBe("\e[1;5H\e[0mTWO\e[0m");
        after.Draw(after, colours: true).ShouldBeEmpty();
        after.Draw(new Screen(10, 3), colours: true).ShouldStartWith("\e[0m\e[2J");
    }

    [Fact]
    public void What_was_drawn_step_by_step_is_what_is_seen()
    {
        var seen = new VtScreen(30, 4);
        Screen? drawn = null;
        foreach (var text in (string[])["hello", "日本語 wide", "hello again", "e\u0301 combined", "", "日 x"])
        {
            var screen = new Screen(30, 4);
            screen.Text(1, 2, text, Cli.Style.Bold | Cli.Style.Green);
            seen.Add(screen.Draw(drawn, colours: true));
            drawn = screen;
            seen.Row(1).ShouldBe(screen.Row(1));
        }
    }

    [Fact]
    public void Text_ends_at_the_edge_and_control_characters_are_pictures()
    {
        var screen = new Screen(5, 1);

        screen.Text(0, 3, "abc");
        screen.Text(0, 0, "\e日x");

        screen.Row(0).ShouldBe("·日xb");
        screen.Text(7, 0, "below");
        screen.Text(0, 9, "beside");
    }

    [Fact]
    public void Without_colours_there_are_none()
    {
        var screen = new Screen(5, 1);
        screen.Text(0, 0, "x", Cli.Style.Red | Cli.Style.Bold);

        screen.Draw(null, colours: false).ShouldContain("\e[0;1m");
        screen.Draw(null, colours: true).ShouldContain("\e[0;1;31m");
    }
}
