namespace ProcessManager.Bench;

/// <summary>Measures several ways of doing the same work turn by turn, so that what else the machine does meets all of them alike.</summary>
internal static class Rounds
{
    /// <summary>On a busy machine there are fewer rounds, but <see cref="Fewest"/>.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(45);

    private const int Fewest = 3;

    /// <param name="rounds">How often. Each is done once more before, unmeasured, for caches and the compiler.</param>
    /// <param name="ways">Each does the work once and answers its figure.</param>
    /// <returns>The figures of each way, in their order.</returns>
    public static async Task<IReadOnlyList<Samples>> MeasureAsync(int rounds, params IReadOnlyList<Func<Task<double>>> ways)
    {
        var figures = ways.Select(_ => new List<double>()).ToList();
        var began = TimeProvider.System.GetTimestamp();
        for (var round = -1; round < rounds && (round < Fewest || TimeProvider.System.GetElapsedTime(began) < LongEnough); round++)
        {
            for (var i = 0; i < ways.Count; i++)
            {
                // Turned around every other time: nobody always comes after the same one.
                var way = round % 2 == 0 ? i : ways.Count - 1 - i;
                var figure = await ways[way]();
                if (round >= 0)
                {
                    figures[way].Add(figure);
                }
            }
        }

        return [.. figures.Select(values => new Samples(values))];
    }
}
