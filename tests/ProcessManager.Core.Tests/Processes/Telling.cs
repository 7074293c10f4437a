using Shouldly;

namespace ProcessManager.Tests;

/// <summary>What must hold of the events of one process, as a subscriber hears them.</summary>
internal sealed class Telling
{
    private readonly HashSet<Epoch> _started = [];
    private readonly HashSet<Epoch> _ended = [];
    private readonly HashSet<int> _terminated = [];
    private Epoch _newest;

    public void Hear(IEnumerable<ProcessEvent> events)
    {
        foreach (var told in events)
        {
            var epoch = new Epoch(told.Run, told.Attempt);
            (epoch >= _newest).ShouldBeTrue($"{told.Type} of {epoch} after {_newest}");
            Hear(told, epoch);
            _newest = epoch;
        }
    }

    private void Hear(ProcessEvent told, Epoch epoch)
    {
        switch (told.Type)
        {
            case EventType.Starting or EventType.Restarted or EventType.Waiting:
                EndedAreAllBefore(epoch);
                (epoch.Run == 1 || _terminated.Contains(epoch.Run - 1)).ShouldBeTrue($"{epoch} begins, and the run before it wasn't terminated");
                _terminated.ShouldNotContain(epoch.Run);
                break;
            case EventType.Started:
                _started.Add(epoch).ShouldBeTrue($"{epoch} started twice");
                _ended.ShouldNotContain(epoch);
                break;
            case EventType.Adopted:
                _started.Add(epoch);
                _ended.ShouldNotContain(epoch);
                break;
            case EventType.Lost when told.Data.Result is null:
                break; // Its node is away: what became of it isn't known.
            case EventType.StartFailed or EventType.Exited or EventType.Crashed or EventType.Stopped or EventType.Killed or EventType.TimedOut or EventType.Lost:
                _ended.Add(epoch).ShouldBeTrue($"{epoch} ended twice, now {told.Type}");
                (told.Type == EventType.StartFailed && _started.Contains(epoch)).ShouldBeFalse($"{epoch} failed to start, though it was started");
                (told.Data.Result is { } result ? new Epoch(result.Run, result.Attempt) : epoch).ShouldBe(epoch);
                break;
            case EventType.Terminated:
                EndedAreAllBefore(epoch with { Attempt = int.MaxValue });
                _terminated.Add(epoch.Run).ShouldBeTrue($"run {epoch.Run} terminated twice");
                break;
            default:
                break;
        }
    }

    private void EndedAreAllBefore(Epoch epoch) =>
        _started.Where(started => started < epoch).Except(_ended).ShouldBeEmpty($"started, and its end wasn't told before {epoch}");
}
