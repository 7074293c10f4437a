using ProcessManager.Contract;
using ProcessManager.Http;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>Two managers on one machine, one managed by the other: neither touches the other's children.</summary>
public sealed class NestedManagersSpecs
{
    private static readonly ProcessId Inner = ProcessId.Parse("inner");
    private static readonly ProcessId Grandchild = ProcessId.Parse("grandchild");
    private static readonly ProcessId Mortal = ProcessId.Parse("mortal");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_managed_manager_is_stopped_and_killed_without_its_children()
    {
        await using var outer = new Daemon();
        await outer.StartAsync();
        var data = Path.Combine(outer.Scratch, "inner");
        using var inner = new HttpProcessManager(Path.Combine(data, "procman.sock"));
        var word = Guid.NewGuid().ToString("N");
        try
        {
            await outer.Manager.CreateAsync(
                new ProcessSpec { Id = Inner, Command = Daemon.Program, Args = ["serve", "--data", data, "--socket", Path.Combine(data, "procman.sock")] },
                cancellationToken: Cancel);
            await Ready(inner);
            var info = await inner.CreateAsync(
                Scripts.Sleeps with { Id = Grandchild, Lifetime = Lifetime.Keep, Environment = [new("TEST_WORD", word)] }, cancellationToken: Cancel);
            var child = OsProcess.Of(info.OsPid!.Value);

            var mortal = await StartMortal();
            (await outer.Manager.StopAsync(Inner, new StopOptions { Wait = true }, Cancel)).Reason.ShouldBe(EndReason.Stopped);
            child.IsAlive.ShouldBeTrue("a stop of its manager ended it");
            mortal.IsAlive.ShouldBeFalse("a stop of its manager should have ended it");
            await outer.Manager.StartAsync(Inner, Cancel);
            await Ready(inner);
            (await inner.GetAsync(Grandchild, Cancel)).OsPid.ShouldBe(child.Pid);

            mortal = await StartMortal();
            await outer.Manager.KillAsync(Inner, wait: true, Cancel);
            child.IsAlive.ShouldBeTrue("a kill of its manager ended it");
            await Patience.Until("the guard to end the child that ends with its manager", () => !mortal.IsAlive);
            await outer.Manager.StartAsync(Inner, Cancel);
            await Ready(inner);
            (await inner.GetAsync(Grandchild, Cancel)).OsPid.ShouldBe(child.Pid);

            await outer.KillAsync();
            await outer.StartAsync();
            child.IsAlive.ShouldBeTrue("the recovery of its manager's manager ended it");
            (await outer.Manager.GetAsync(Inner, Cancel)).Phase.ShouldBe(Phase.Running);
            (await inner.GetAsync(Grandchild, Cancel)).OsPid.ShouldBe(child.Pid);
            await inner.RemoveAsync(Grandchild, cancellationToken: Cancel);
            child.IsAlive.ShouldBeFalse();
            await outer.Manager.RemoveAsync(Inner, cancellationToken: Cancel);

            async Task<OsProcess> StartMortal()
            {
                var started = await inner.UpdateAsync(
                    Scripts.Sleeps with { Id = Mortal, Lifetime = Lifetime.WithManager, Environment = [new("TEST_WORD", word)] }, cancellationToken: Cancel);
                return OsProcess.Of((started.OsPid is null ? await inner.StartAsync(Mortal, Cancel) : started).OsPid!.Value);
            }
        }
        finally
        {
            Leftovers.Kill(data);
            foreach (var left in Leftovers.With($"TEST_WORD={word}"))
            {
                left.Signal(Signal.Kill);
            }
        }
    }

    private static Task<bool> Ready(HttpProcessManager manager) => Patience.Until("the inner manager to be ready", async () =>
    {
        try
        {
            return (await manager.GetHealthAsync(Cancel)).Ready;
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.Unavailable)
        {
            return false;
        }
    }, ready => ready);
}
