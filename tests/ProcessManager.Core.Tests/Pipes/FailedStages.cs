using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class FailedStages
{
    private static (EndReason, Signal?)? Runs => null;
    private static readonly (EndReason, Signal?)? Good = (EndReason.Completed, null);
    private static readonly (EndReason, Signal?)? Bad = (EndReason.Failed, null);
    private static readonly (EndReason, Signal?)? Unread = (EndReason.Signaled, new Signal(13));

    [Fact]
    public void None_has_failed_while_all_run_or_succeed()
    {
        PipeRules.Failed([Runs, Runs]).ShouldBeNull();
        PipeRules.Failed([Good, Runs]).ShouldBeNull();
        PipeRules.Failed([Good, Good]).ShouldBeNull();
    }

    [Fact]
    public void One_that_fails_has_failed_at_once() => PipeRules.Failed([Runs, Bad, Runs]).ShouldBe(1);

    [Fact]
    public void Who_lost_its_reader_is_waited_for_as_long_as_a_later_one_may_succeed()
    {
        PipeRules.Failed([Unread, Runs]).ShouldBeNull();
        PipeRules.Failed([Unread, Good]).ShouldBeNull();
        PipeRules.Failed([Unread, Unread, Good]).ShouldBeNull();
        PipeRules.Failed([Unread, Runs, Bad]).ShouldBe(2);
        PipeRules.Failed([Unread, Bad]).ShouldBe(1);
    }

    [Fact]
    public void The_last_has_no_reader_to_lose() => PipeRules.Failed([Good, Unread]).ShouldBe(1);

    [Fact]
    public void Another_signal_is_a_failure() => PipeRules.Failed([(EndReason.Signaled, Signal.Kill), Good]).ShouldBe(0);

    [Fact]
    public void A_body_is_read_with_all_its_faults_and_written_as_it_is_read()
    {
        var read = SpecBinder.Pipe(SpecJson.Parse("""{"stages": [{"command": "a"}, {"command": "b", "args": ["x"]}], "sequential": true, "input": "text"}"""u8.ToArray())).Value;
        (read.Pipe.Stages.Count, read.Pipe.Sequential, read.Input!.Value.Length).ShouldBe((2, true, 4));
        JsonSerializer.Deserialize<PipeBody>(JsonSerializer.Serialize(read, ProcessManagerJson.Options), ProcessManagerJson.Options)!.Pipe.ShouldBe(read.Pipe);

        SpecBinder.Pipe(SpecJson.Parse("""{"stage": [], "stages": [7, {"comand": "b"}]}"""u8.ToArray())).Faults.Select(fault => fault.Path)
            .ShouldBe(["stages[0]", "stages[1].command", "stages[1].comand", "stage"], ignoreOrder: true);
    }
}
