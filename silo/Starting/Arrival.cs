using ProcessManager.Cluster;

namespace ProcessManager.Silo;

/// <summary>A silo is ready when its node is live: what ran there is adopted, and something can be started there.</summary>
internal static class Arrival
{
    /// <summary>After that it says what it waits for. It waits on: a database that is away comes back.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    /// <returns>False: it is to end before it was ready, or never will be; what it logged says why.</returns>
    public static async Task<bool> WaitAsync(Node node, Task ending)
    {
        var first = Task.WhenAny(node.Recovered, ending);
        if (await Task.WhenAny(first, Task.Delay(Quick)) != first)
        {
            Console.WriteLine(Words.NotReady(node.Name, node.Obstacle));
            await first;
        }

        return node.Recovered.IsCompletedSuccessfully;
    }
}
