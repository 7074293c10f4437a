using System.Collections.Concurrent;

namespace ProcessManager.Http;

/// <summary>How often each code was answered, for the metrics page.</summary>
internal sealed class ErrorCount
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, long>> Counts => _counts.OrderBy(x => x.Key, StringComparer.Ordinal);

    public void Add(string code) => _counts.AddOrUpdate(code, 1, (_, count) => count + 1);
}
