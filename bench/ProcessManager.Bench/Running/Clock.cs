namespace ProcessManager.Bench;

internal static class Clock
{
    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        var began = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    public static async Task<double> MillisecondsAsync(Func<Task> work) => await SecondsAsync(work) * 1000;
}
