namespace ProcessManager.Cluster.Tests;

/// <summary>For what comes by itself and tells nobody: asked again and again, with a limit and a message that says what was seen.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Task HoldsAsync(Func<Task<bool>> condition, Func<Task<string>> awaited, TimeSpan limit) =>
        HoldsAsync(condition, awaited, limit, TimeProvider.System);

    private static async Task HoldsAsync(Func<Task<bool>> condition, Func<Task<string>> awaited, TimeSpan limit, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        while (!await condition())
        {
            if (clock.GetElapsedTime(began) > limit)
            {
                Assert.Fail($"not within {limit.TotalSeconds} s: {await awaited()}");
            }

            await Task.Delay(Pause, clock);
        }
    }
}
