using System.Text.Json;
using Shouldly;

namespace ProcessManager.Tests;

/// <summary>What holds of every state of a process, and of every step from one to the next.</summary>
internal static class Invariants
{
    /// <summary>More than that a snapshot mustn't take, since it is written with each turn.</summary>
    private const int MostBytes = 4096;

    public static void OfState(ProcessState state, string context)
    {
        (state.Child is not null).ShouldBe(state.Phase == Phase.Running || (state.Phase is Phase.Starting or Phase.Terminating && state.Child is not null), context);
        if (state.Ladder is { } ladder)
        {
            var fits = ladder.MainEnded
                ? state.Phase is Phase.BackingOff or Phase.Terminating && state.Child is null
                : state.Phase is Phase.Running or Phase.Terminating || (state.Phase == Phase.Starting && state.Child is not null);
            fits.ShouldBeTrue($"a ladder that doesn't fit\n{context}");
            (ladder.Step == LadderStep.Command && ladder.MainEnded).ShouldBeFalse(context);
        }
        else
        {
            state.Phase.ShouldNotBe(Phase.Terminating, context);
        }

        (state.BlockedBy is not null).ShouldBe(state.Phase == Phase.Waiting, context);
        (state.NextStartAt is not null).ShouldBe(state.Phase == Phase.BackingOff, context);
        if (state.StartNext)
        {
            (state.Phase, state.Goal).ShouldBe((Phase.Terminating, Goal.Up), context);
        }

        (state.IsUp && state.Goal != Goal.Up).ShouldBeFalse($"up, though not wanted\n{context}");
        (state.Goal == Goal.Up && state.Phase is Phase.Created or Phase.Terminated or Phase.Finished).ShouldBeFalse($"wanted, though down\n{context}");
        state.IsReady.ShouldBe(state.IsReady && state.Phase == Phase.Running, context);
        if (state.Health is not null)
        {
            (state.Phase is Phase.Starting or Phase.Running or Phase.Terminating).ShouldBeTrue($"health of nothing\n{context}");
        }
    }

    public static void OfNodes(ProcessState before, ProcessState after, bool cluster, string context)
    {
        if (!cluster)
        {
            (after.Node, after.AwaySince, after.NextPlacement, after.FormerNodes.Count).ShouldBe((null, null, null, 0), context);
            after.BlockedBy.ShouldNotBeOfType<Blocker.Node>(context);
            return;
        }

        if (after.Phase is Phase.Starting or Phase.Running or Phase.Terminating or Phase.BackingOff)
        {
            after.Node.ShouldNotBeNull(context);
        }

        (after.Node is null && after.Phase == Phase.Waiting).ShouldBe(after.BlockedBy is Blocker.Node or Blocker.Dependencies, context);
        (after.AwaySince is not null && (after.Node is null || !(after.IsUp || after.Phase == Phase.Terminating))).ShouldBeFalse($"away, and nothing is there\n{context}");
        after.FormerNodes.ShouldBeUnique(context);
        after.FormerNodes.ShouldNotContain(after.Node ?? "", context);
        before.FormerNodes.Append(before.Node).OfType<string>().Except(after.FormerNodes.Append(after.Node)).ShouldBeEmpty($"a node was forgotten\n{context}");
        if (after.Node != before.Node && after.Epoch == before.Epoch)
        {
            before.Phase.ShouldBe(Phase.Waiting, $"moved within an attempt\n{context}");
        }
    }

    public static void OfStep(ProcessState before, ProcessState after, string context)
    {
        (after.Epoch >= before.Epoch).ShouldBeTrue($"the epoch fell\n{context}");
        after.Restarts.Count.ShouldBeGreaterThanOrEqualTo(before.Restarts.Count, context);
        if (before.Goal == Goal.Gone)
        {
            after.Goal.ShouldBe(Goal.Gone, context);
        }

        if (after.Epoch == before.Epoch && before.Ladder is { } was && after.Ladder is { } ladder)
        {
            ladder.KillAt.ShouldBeLessThanOrEqualTo(was.KillAt, context);
            (ladder.Step >= was.Step).ShouldBeTrue(context);
            (was.MainEnded && !ladder.MainEnded).ShouldBeFalse(context);
            (was.MainEnded && ladder.Intent != was.Intent).ShouldBeFalse($"an end was rewritten\n{context}");
            (was.Intent == EndReason.Killed && ladder.Intent != EndReason.Killed).ShouldBeFalse(context);
            (was.KillMode == KillMode.Tree && ladder.KillMode == KillMode.Process).ShouldBeFalse(context);
        }
    }

    public static void OfStorage(ProcessState state, string context)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(state, ProcessManagerJson.Options);
        json.Length.ShouldBeLessThan(MostBytes, context);
        var read = JsonSerializer.Deserialize<ProcessState>(json, ProcessManagerJson.Options)! with { Spec = state.Spec };
        read.ShouldBe(state with { NextStartAt = state.NextStartAt is { } at ? Cut(at) : null, AwaySince = state.AwaySince is { } since ? Cut(since) : null }, context);
    }

    /// <summary>To the millisecond, as times are written.</summary>
    public static DateTimeOffset Cut(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
