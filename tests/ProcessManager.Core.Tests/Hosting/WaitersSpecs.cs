using Shouldly;
using Xunit;

namespace ProcessManager.Core.Tests.Hosting;

public sealed class WaitersSpecs
{
    private static readonly ProcessState Created = ProcessMachine.Create(
        ProcessId.Parse("w"), new ProcessSpec { Command = "true" }, oneOff: false, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Who_has_seen_a_run_open_is_not_answered_by_the_state_before()
    {
        var open = Created with { Phase = Phase.Starting, Epoch = new Epoch(1, 1) };
        var present = Created;
        var waiters = new Waiters();
        waiters.Release(Created, removed: false);
        present = open;
        var waiting = waiters.UntilAsync(() => present, state => state.RunIsTerminated(1), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse("it is told to others that the run is open, but not to those who wait yet");

        var over = open with { Phase = Phase.Terminated };
        waiters.Release(over, removed: false);
        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(over);
    }
}
