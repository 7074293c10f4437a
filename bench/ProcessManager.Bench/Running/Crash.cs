using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>A child is killed: how long until the kernel shows another one in its place.</summary>
internal static class Crash
{
    /// <summary>Kills one child of a manager and looks for a child that wasn't there before.</summary>
    /// <returns>Milliseconds.</returns>
    public static double UntilReplaced(int manager, int child, CancellationToken cancellationToken)
    {
        var before = OsFigures.Children(manager);
        var began = TimeProvider.System.GetTimestamp();
        _ = Libc.Kill(child, Signal.Kill.Number);
        while (OsFigures.Children(manager).All(before.Contains))
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30))
            {
                throw new BenchException("A killed child wasn't replaced within 30 s.");
            }

            cancellationToken.ThrowIfCancellationRequested();

            // Two cores: who looks all the time takes one away from who is looked at.
            OsFigures.Sleep(TimeSpan.FromMicroseconds(200));
        }

        return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
    }
}
