using System.Globalization;
using System.Text;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Two hundred children write while their manager is killed; some end while none is there, some later.</summary>
public sealed class SurvivorSpecs(ITestOutputHelper output)
{
    private const int Children = 200;

    /// <summary>Every fourth ends while there is no manager, every fourth after it was adopted.</summary>
    private const int Kinds = 4;

    [Fact]
    public async Task All_that_live_are_adopted_once_and_no_line_is_missing_or_doubled()
    {
        await using var lab = new Lab();
        var (early, late) = (lab.Folder("early"), lab.Folder("late"));
        var app = await lab.AppAsync();
        for (var i = 0; i < Children; i++)
        {
            var until = (i % Kinds) switch { 0 => early, 1 => late, _ => lab.Folder("never") };
            await app.AskAsync($"start w{i} Keep {Writes(until)}");
        }

        var before = await app.ListAsync();
        await app.KillAsync();
        var ending = Marked.Of(lab.Data).FindAll(process => process.Main && KindOf(process.Id) == 0);
        await File.WriteAllTextAsync(early, "", Lab.Cancel);
        await Patience.Until("the end of those that end early", () => ending.TrueForAll(process => process.IsCollected));

        var began = TimeProvider.System.GetTimestamp();
        var (manager, found) = await lab.OpenAndReportAsync();
        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"{found.Adopted} adopted, {found.Ended} ended, ready after {took.TotalMilliseconds:F0} ms");
        took.ShouldBeLessThan(TimeSpan.FromSeconds(10), "it takes well under 2 s on an idle machine");
        (found.Adopted, found.Ended, found.Orphans.Count).ShouldBe((Children - (Children / Kinds), Children / Kinds, 0));

        var infos = await Infos(manager);
        foreach (var (was, now) in before.Zip(infos))
        {
            now.Id.ShouldBe(was.Id);
            if (KindOf(now.Id.Value) != 0)
            {
                now.Phase.ShouldBe(Phase.Running, $"{now}");
                now.OsPid.ShouldBe(was.OsPid);
            }
        }

        Lab.ShouldBeWhatIsListed([.. Marked.Of(lab.Data).Where(process => process.Main)], infos);
        foreach (var one in infos.Where(info => KindOf(info.Id.Value) == 0))
        {
            var ended = await manager.WaitAsync(one.Id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
            (ended.Reason, ended.ExitCode).ShouldBe((EndReason.Unknown, null), "nobody was there to see it");
        }

        await TheLateOnesEnd(manager, lab.Data, late);
        foreach (var info in infos.Where(info => KindOf(info.Id.Value) > 1))
        {
            (await manager.StopAsync(info.Id, new StopOptions { Wait = true }, Lab.Cancel)).Reason.ShouldBe(EndReason.Stopped);
        }

        foreach (var info in infos)
        {
            var lines = await Lines(manager, info.Id);
            var numbers = lines.TakeWhile(line => !line.StartsWith("last", StringComparison.Ordinal)).ToList();
            numbers.ShouldBe(Enumerable.Range(1, numbers.Count).Select(number => $"line {number}"), $"{info.Id}");
            lines.Skip(numbers.Count).ShouldBe(KindOf(info.Id.Value) < 2 ? [$"last {numbers.Count}"] : [], $"{info.Id}");
        }

        (await Adoptions(manager)).ShouldBe(Children - (Children / Kinds));
    }

    /// <summary>A burst of lines now and then; no process but itself most of the time.</summary>
    private static string Writes(string until) =>
        $"i=0; while [ ! -e {until} ]; do for k in 1 2 3 4 5 6 7 8 9 10; do i=$((i+1)); echo \"line $i\"; done; sleep 1; done; echo \"last $i\"; exit 3";

    private static int KindOf(string id) => int.Parse(id[1..], CultureInfo.InvariantCulture) % Kinds;

    private async Task TheLateOnesEnd(EmbeddedProcessManager manager, string data, string late)
    {
        await File.WriteAllTextAsync(late, "", Lab.Cancel);
        var slowest = TimeSpan.Zero;
        foreach (var info in (await Infos(manager)).Where(info => KindOf(info.Id.Value) == 1))
        {
            var ended = await manager.WaitAsync(info.Id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
            if (Kernel.TellsEndsOfStrangers)
            {
                (ended.Reason, ended.ExitCode).ShouldBe((EndReason.Failed, 3), $"{ended}");
            }
            else
            {
                ended.Reason!.Value.ShouldBeOneOf(EndReason.Failed, EndReason.Unknown);
            }

            var lastWrite = File.GetLastWriteTimeUtc(Path.Combine(data, "logs", info.Id.Value, "stdout.log"));
            var after = ended.EndedAt!.Value.UtcDateTime - lastWrite;
            slowest = after > slowest ? after : slowest;
        }

        output.WriteLine($"ends of adopted ones seen at most {slowest.TotalMilliseconds:F0} ms after their last line");
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(5), "it takes well under 1 s on an idle machine");
    }

    private static async Task<List<ProcessInfo>> Infos(EmbeddedProcessManager manager) =>
        [.. (await manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit }, Lab.Cancel)).Items];

    private static async Task<string[]> Lines(EmbeddedProcessManager manager, ProcessId id)
    {
        var text = new StringBuilder();
        await foreach (var chunk in manager.ReadLogsAsync(id, new LogQuery { Stream = LogStream.Stdout }, Lab.Cancel))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Events of adoption up to now, of all children.</summary>
    private static async Task<int> Adoptions(EmbeddedProcessManager manager)
    {
        var mark = ProcessId.Parse("mark");
        await manager.CreateAsync(new ProcessSpec { Id = mark, Command = "true" }, start: false, Lab.Cancel);
        return await manager.SubscribeAsync(new EventQuery { After = "", Types = [EventType.Adopted, EventType.Created] }, Lab.Cancel)
            .TakeWhile(told => told.Id != mark)
            .CountAsync(told => told.Type == EventType.Adopted, Lab.Cancel);
    }
}
