using System.Globalization;

namespace ProcessManager.Contract;

/// <summary>
/// How long a test waits for what must happen. Far longer than it takes: a machine that is busy makes a test slow, never red.
/// </summary>
public static class Patience
{
    /// <summary>Seconds; <c>PROCMAN_TEST_PATIENCE</c> says another number.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("PROCMAN_TEST_PATIENCE"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 30);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The first value that satisfies <paramref name="enough"/>. For what tells nobody when it changes: a file, /proc, a snapshot.
    /// </summary>
    public static async Task<T> Until<T>(string what, Func<Task<T>> look, Func<T, bool> enough)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (enough(seen))
            {
                return seen;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Limit)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds} s for {what}; last seen: {Show(seen)}");
            }

            await Task.Delay(Beat);
        }
    }

    public static Task Until(string what, Func<bool> happened) =>
        Until(what, () => Task.FromResult(happened()), happens => happens);

    private static string Show<T>(T seen) => seen switch
    {
        string text => text.Length == 0 ? "(empty)" : text,
        System.Collections.IEnumerable items => string.Join(", ", items.Cast<object>()),
        _ => seen?.ToString() ?? "(null)",
    };
}
