namespace ProcessManager.Cluster;

/// <summary>
/// A page of several parts that are each in order. As the parts are filled by a hash, each is asked for little more than its share, and asked again only when that doesn't do.
/// </summary>
internal static class PageMerge
{
    /// <param name="ask">Gives those of a part that follow an id, in order (ordinal); more than the limit, when there are more.</param>
    public static async Task<Page<T>> MergeAsync<T>(int parts, string? after, int limit, Func<T, string> idOf, Func<int, string?, int, Task<IReadOnlyList<T>>> ask)
    {
        var share = Math.Min(limit + 1, (limit / parts * 3 / 2) + 8);
        var open = Enumerable.Range(0, parts).ToDictionary(part => part, _ => after);
        List<T> found = [];
        List<int> wanted = [.. open.Keys];
        while (wanted.Count > 0)
        {
            var pages = await Task.WhenAll(wanted.Select(async part => (Part: part, Items: await ask(part, open[part], share))));
            foreach (var (part, items) in pages)
            {
                found.AddRange(items.Take(share));
                if (items.Count > share)
                {
                    open[part] = idOf(items[share - 1]);
                }
                else
                {
                    open.Remove(part);
                }
            }

            found.Sort((one, other) => string.CompareOrdinal(idOf(one), idOf(other)));
            var last = found.Count > limit ? idOf(found[limit]) : null;
            wanted = [.. open.Where(part => last is null || string.CompareOrdinal(part.Value, last) < 0).Select(part => part.Key)];
        }

        return found.Count > limit
            ? new Page<T>(found.GetRange(0, limit), idOf(found[limit - 1]))
            : new Page<T>(found, null);
    }
}
