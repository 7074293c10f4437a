using System.Collections.Concurrent;

namespace ProcessManager.Os;

/// <summary>What is wrong with the logs now. A problem goes when what failed succeeds.</summary>
internal sealed class LogProblems
{
    private const int Shown = 20;

    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    internal IReadOnlyList<string> All => [.. _problems.Values.Order(StringComparer.Ordinal).Take(Shown)];

    /// <summary>True when it is new.</summary>
    internal bool Add(string about, string message)
    {
        var known = _problems.ContainsKey(about);
        _problems[about] = message;
        return !known;
    }

    internal void Clear(string about)
    {
        if (!_problems.IsEmpty)
        {
            _problems.TryRemove(about, out _);
        }
    }
}
