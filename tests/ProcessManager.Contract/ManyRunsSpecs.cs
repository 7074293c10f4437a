using System.Collections.Concurrent;
using System.Globalization;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Many runs with mixed ends: each is recorded once, as it was.</summary>
public abstract class ManyRunsSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private const int AtOnce = 16;

    /// <summary><c>PROCMAN_TEST_RUNS</c> says another number, such as the 10,000 of a long test.</summary>
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("PROCMAN_TEST_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 600;

    [Fact]
    public async Task Each_end_is_recorded_once_with_the_right_code_signal_and_reason()
    {
        var wrong = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(Enumerable.Range(0, Runs), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel }, async (number, _) =>
        {
            var (spec, expected) = (number % 4) switch
            {
                0 => (new ProcessSpec { Command = "true" }, (EndReason.Completed, (int?)0, (Signal?)null)),
                1 => (Scripts.Exits(1 + (number % 200)), (EndReason.Failed, 1 + (number % 200), null)),
                2 => (Scripts.Signals(Signal.Kill), (EndReason.Signaled, 137, Signal.Kill)),
                _ => (Scripts.Signals(Signal.Term), (EndReason.Signaled, 143, Signal.Term)),
            };
            var id = NewId();
            await Manager.RunAsync(spec with { Id = id }, cancellationToken: Cancel);
            var ends = await Manager.GetRunsAsync(id, Cancel);
            if (ends.Count != 1 || (ends[0].Reason, ends[0].ExitCode, ends[0].Signal) != expected)
            {
                wrong.Add($"number {number}: expected {expected}, seen {string.Join("; ", ends)}");
            }

            await Manager.RemoveAsync(id, cancellationToken: Cancel);
        });

        wrong.ShouldBeEmpty();
    }
}
