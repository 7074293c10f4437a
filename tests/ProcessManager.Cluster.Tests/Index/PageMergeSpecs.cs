namespace ProcessManager.Cluster.Tests;

public class PageMergeSpecs
{
    /// <summary>Parts of many shapes: empty, even, all in one, long runs.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Pages_of_parts_are_the_pages_of_the_whole(int seed)
    {
        var numbers = new Numbers(seed);
        var parts = 1 + numbers.Next(16);
        var all = Enumerable.Range(0, numbers.Next(400)).Select(_ => $"{(char)('A' + numbers.Next(50))}{numbers.Next(100_000)}").Distinct().ToList();
        var skew = 1 + numbers.Next(parts);
        var inParts = all.ToLookup(_ => numbers.Next(3) == 0 ? numbers.Next(parts) : numbers.Next(skew));
        var limit = 1 + numbers.Next(90);

        List<string> read = [];
        string? after = null;
        do
        {
            var page = await PageMerge.MergeAsync(parts, after, limit, text => text, (part, from, most) => Task.FromResult<IReadOnlyList<string>>(
                [.. inParts[part].Where(text => string.CompareOrdinal(text, from) > 0).Order(StringComparer.Ordinal).Take(most + 1)]));
            page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            (page.Next is null || page.Items.Count == limit).ShouldBeTrue("only the last page isn't full");
            read.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        read.ShouldBe(all.Order(StringComparer.Ordinal), ignoreOrder: false, $"parts {parts}, limit {limit}");
    }

    [Fact]
    public async Task Parts_are_asked_for_little_more_than_their_share()
    {
        var given = 0;
        var page = await PageMerge.MergeAsync(16, null, 1000, number => number, (part, from, most) =>
        {
            var items = Enumerable.Range(0, 5000).Where(number => number % 16 == part).Select(number => $"{number:d5}")
                .Where(text => string.CompareOrdinal(text, from) > 0).Take(most + 1).ToList();
            given += items.Count;
            return Task.FromResult<IReadOnlyList<string>>(items);
        });

        page.Items.Count.ShouldBe(1000);
        given.ShouldBeLessThan(2000);
    }

    /// <summary>The same numbers for the same seed, wherever it runs.</summary>
    private sealed class Numbers(int seed)
    {
        private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15;

        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)(_state % (ulong)below);
        }
    }
}
