// The app is a program of its own that the test must be able to kill with -9; ProcessManager.Os can't be used to test itself.
#pragma warning disable RS0030
using System.Diagnostics;
using System.Globalization;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>An app with a manager inside that is killed with -9 and comes back to its data directory.</summary>
public sealed class KilledAppSpecs
{
    // The promise is 2 s; the rest is for a machine that is busy with other tests.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2 + 8);

    [Fact]
    public async Task Its_own_children_are_gone_and_the_kept_one_is_adopted_when_it_comes_back()
    {
        var data = Directory.CreateTempSubdirectory("pm-app-");
        try
        {
            var (mine, kept) = await RunAndKill(data.FullName);
            var began = TimeProvider.System.GetTimestamp();
            mine.Phase.ShouldBe(Phase.Running);
            await Patience.Until("the end of the child that ends with the app", () => !mine.Child!.IsAlive);
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Soon);
            kept.Child!.IsAlive.ShouldBeTrue();

            var (mineAgain, keptAgain) = await RunAndKill(data.FullName);

            mineAgain.Child.ShouldBeNull();
            (keptAgain.Phase, keptAgain.Child).ShouldBe((Phase.Running, kept.Child));
            kept.Child.IsAlive.ShouldBeTrue();
        }
        finally
        {
            Leftovers.Kill(data.FullName);
            data.Delete(recursive: true);
        }
    }

    /// <summary>What it says of its children; it is dead when this answers.</summary>
    private static async Task<((Phase Phase, OsProcess? Child) Mine, (Phase Phase, OsProcess? Child) Kept)> RunAndKill(string data)
    {
        using var app = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ProcessManager.EmbeddingApp"), [data])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        try
        {
            var (mine, kept) = (await Line("mine"), await Line("kept"));
            await Line("told");
            return (mine, kept);
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync();
        }

        async Task<(Phase, OsProcess?)> Line(string name)
        {
            var line = await app.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit);
            var words = line.ShouldNotBeNull($"the app ended before it told of {name}").Split(' ');
            words[0].ShouldBe(name);
            return words is [_, var phase, var pid]
                ? (Enum.Parse<Phase>(phase), pid.Length == 0 ? null : OsProcess.Of(int.Parse(pid, CultureInfo.InvariantCulture)))
                : default;
        }
    }
}
