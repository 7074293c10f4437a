namespace ProcessManager;

/// <summary>Which key was probably meant.</summary>
internal static class NearestKey
{
    /// <summary>The nearest of <paramref name="known"/>, or null where none is near: an edit in three characters, or the start of one.</summary>
    public static string? To(string key, IReadOnlyList<string> known)
    {
        var bare = Bare(key);
        if (bare.Length is 0 or > 64)
        {
            return null;
        }

        var (near, distance) = known.Select(other => (other, Distance(bare, Bare(other)))).DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        if (distance <= Math.Max(1, bare.Length / 3))
        {
            return near;
        }

        return bare.Length < 3 ? null : known.FirstOrDefault(other => Bare(other).StartsWith(bare, StringComparison.Ordinal));
    }

    /// <summary>working_directory, WorkingDirectory and working-directory are the same mistake.</summary>
    private static string Bare(string key) => key.Length > 256 ? "" : key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Levenshtein's: insertions, deletions and replacements.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
