using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace ProcessManager.Bench;

/// <summary>10,000 processes that nobody does anything with: memory of each, lists and events of many.</summary>
internal static class Idle
{
    public static async Task RunAsync(Stage stage, Action<Row> tell)
    {
        var count = stage.Size(10_000, 2000);
        await using var embedded = await stage.EmbeddedAsync();
        var before = Memory.Now();
        var declared = Samples.Of(await Work.DeclareAsync(embedded, "p", count));
        var here = Memory.Now() - before;

        var (silos, _) = await stage.OnPostgresAsync(1);
        await using (silos)
        {
            await Work.DeclareAsync(silos.Manager, "warm", 200);
            before = Memory.Now();
            tell(new Row($"declared, 32 at once: {silos.Name}", Unit.PerSecond, Samples.Of(await Work.DeclareAsync(silos.Manager, "p", count)), "embedded", declared));
            await Task.Delay(TimeSpan.FromSeconds(5));
            var all = Memory.Now();
            Tell($"one of {count:N0} idle processes", (all - before) / count, here / count);

            await MeasureAsync("list of 1,000", Unit.Milliseconds, Work.ListAsync);
            await MeasureAsync("events read back", Unit.PerSecond, Work.EventsAsync);

            before = Memory.Now();
            await silos.App.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
            Tell("of it its activation, which goes when it wasn't asked for 15 min", (before - Memory.Now()) / count, null);

            async Task MeasureAsync(string what, Unit unit, Func<IProcessManager, Task<double>> work)
            {
                var figures = await Rounds.MeasureAsync(stage.Size(7, 2), () => work(silos.Manager), () => work(embedded));
                tell(new Row($"{what}: {silos.Name}", unit, figures[0], "embedded", figures[1]));
            }
        }

        void Tell(string what, Memory ours, Memory? theirs)
        {
            tell(new Row($"{what}, managed heap", Unit.Kibibytes, Samples.Of(ours.Managed / 1024), "embedded", theirs is null ? null : Samples.Of(theirs.Managed / 1024)));
            tell(new Row($"{what}, RSS", Unit.Kibibytes, Samples.Of(ours.Resident / 1024), "embedded", theirs is null ? null : Samples.Of(theirs.Resident / 1024)));
        }
    }

    /// <summary>Of this process, in bytes.</summary>
    private sealed record Memory(double Managed, double Resident)
    {
        public static Memory Now()
        {
            for (var i = 0; i < 2; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            return new Memory(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        }

        public static Memory operator -(Memory left, Memory right) => new(left.Managed - right.Managed, left.Resident - right.Resident);

        public static Memory operator /(Memory all, double count) => new(all.Managed / count, all.Resident / count);
    }
}
