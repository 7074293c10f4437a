using System.Text;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Several managers on one machine: beside each other, one inside the other, and two that want the same data directory.</summary>
public sealed class TwoManagerSpecs
{
    [Fact]
    public async Task Side_by_side_neither_touches_the_others_children()
    {
        await using var lab = new Lab();
        var (one, two) = (lab.Data, lab.Folder("two"));
        var (first, second) = (await lab.AppAsync(one), await lab.AppAsync(two));
        await first.AskAsync("start same Keep exec sleep 1000");
        await second.AskAsync("start same Keep exec sleep 1000");
        var (ofFirst, ofSecond) = (Marked.Of(one).Single(), Marked.Of(two).Single());

        await first.KillAsync();
        first = await lab.AppAsync(one);
        (first.Ready.Adopted, first.Ready.Orphans).ShouldBe((1, 0));
        await second.KillAsync();
        second = await lab.AppAsync(two);
        (second.Ready.Adopted, second.Ready.Orphans).ShouldBe((1, 0));
        (Marked.Of(one).Single(), Marked.Of(two).Single()).ShouldBe((ofFirst, ofSecond));

        await first.AskAsync("stop same");
        Marked.Of(one).ShouldBeEmpty();
        Marked.Of(two).ShouldBe([ofSecond]);
    }

    [Fact]
    public async Task Inside_each_other_neither_touches_the_others_children()
    {
        await using var lab = new Lab();
        var (outside, inside) = (lab.Data, lab.Folder("inside"));
        lab.Note(inside);
        var app = await lab.AppAsync(outside);
        await app.AskAsync($"nest inner {inside} start child Keep exec sleep 1000");
        await Patience.Until("the inner manager's child", () => Marked.Of(inside).Count == 1);
        var (inner, child) = (Marked.Of(outside).Single(), Marked.Of(inside).Single());

        await app.KillAsync();
        var (manager, found) = await lab.OpenAndReportAsync();
        (found.Adopted, found.Orphans.Count).ShouldBe((1, 0));
        Marked.Of(outside).Single().ShouldBe(inner);
        Marked.Of(inside).Single().ShouldBe(child);

        inner.Kill();
        await manager.EventAsync(EventType.Restarted, EventType.Started);
        await Patience.Until(
            "a second inner manager that has adopted its child", () => LogOf(manager, "inner"), log => log.Contains("ready 1 1 0 0", StringComparison.Ordinal));
        Marked.Of(inside).Single().ShouldBe(child);

        await manager.StopAsync(ProcessId.Parse("inner"), new StopOptions { Wait = true }, Lab.Cancel);
        Marked.Of(outside).ShouldBeEmpty();
        Marked.Of(inside).Single().ShouldBe(child);
    }

    [Fact]
    public async Task On_the_same_data_directory_the_second_is_refused_and_the_first_unharmed()
    {
        await using var lab = new Lab();
        var app = await lab.AppAsync();
        await app.AskAsync("start job Keep exec sleep 1000");

        var refused = await Should.ThrowAsync<ProcessManagerException>(() => lab.OpenAsync());
        refused.Code.ShouldBe(ErrorCode.AlreadyRunning);
        refused.Message.ShouldContain($"{app.OsPid}");

        (await app.ListAsync()).Single().Phase.ShouldBe(Phase.Running);
        await app.AskAsync("start other Keep exec sleep 1000");
        (await app.AskAsync("stop job")).ShouldBeOneOf("Terminated", "Finished");
        Lab.ShouldBeWhatIsListed(Marked.Of(lab.Data), await app.ListAsync());
    }

    private static async Task<string> LogOf(EmbeddedProcessManager manager, string id)
    {
        var text = new StringBuilder();
        await foreach (var chunk in manager.ReadLogsAsync(ProcessId.Parse(id), new LogQuery(), Lab.Cancel))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        return text.ToString();
    }
}
