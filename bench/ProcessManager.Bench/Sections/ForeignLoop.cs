#pragma warning disable RS0030 // System.Diagnostics.Process is what is measured here.
using System.Diagnostics;
using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>
/// Start /bin/true and learn of its end with System.Diagnostics.Process, its output neither redirected nor kept. A mode of this executable, run as a process of its own: see
/// <see cref="Programs"/>.
/// </summary>
internal static class ForeignLoop
{
    public const string Verb = "loop-over-system-diagnostics-process";

    public static async Task<int> RunAsync(int count, int width)
    {
        await MeasureAsync(Math.Min(count, 100), width);
        Console.WriteLine((await MeasureAsync(count, width)).ToString("0.0", CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task<double> MeasureAsync(int count, int width)
    {
        var next = 0;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= count)
            {
                using var process = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false })!;
                await process.WaitForExitAsync();
            }
        }));
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
