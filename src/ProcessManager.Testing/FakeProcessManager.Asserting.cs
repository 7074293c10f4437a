using System.Globalization;

namespace ProcessManager.Testing;

/// <content>What a test says about what ran. Each names, when it fails, all that did run.</content>
public sealed partial class FakeProcessManager
{
    /// <summary>All commands that were started, in order; of a process that was started again each time.</summary>
    public IReadOnlyList<StartedCommand> Started => _stubs.Started;

    /// <summary>At least one command like this was started.</summary>
    public void AssertRan(string pattern) => AssertRan(new CommandPattern(pattern));

    /// <inheritdoc cref="AssertRan(string)"/>
    public void AssertRan(Func<ProcessSpec, bool> predicate) => AssertRan(new CommandPattern(predicate, "a command that the predicate accepts"));

    /// <summary>No command like this was started.</summary>
    public void AssertNotRan(string pattern) => AssertTimes(new CommandPattern(pattern), 0);

    /// <inheritdoc cref="AssertNotRan(string)"/>
    public void AssertNotRan(Func<ProcessSpec, bool> predicate) => AssertTimes(new CommandPattern(predicate, "a command that the predicate accepts"), 0);

    /// <summary>Commands like this were started so often.</summary>
    public void AssertRanTimes(string pattern, int times) => AssertTimes(new CommandPattern(pattern), times);

    /// <inheritdoc cref="AssertRanTimes(string, int)"/>
    public void AssertRanTimes(Func<ProcessSpec, bool> predicate, int times) =>
        AssertTimes(new CommandPattern(predicate, "a command that the predicate accepts"), times);

    /// <summary>These were started one after the other, with whatever else between them.</summary>
    public void AssertRanInOrder(params IReadOnlyList<string> patterns)
    {
        var started = Started;
        var at = 0;
        foreach (var (number, pattern) in patterns.Index())
        {
            var wanted = new CommandPattern(pattern);
            while (at < started.Count && !wanted.Matches(started[at].Spec))
            {
                at++;
            }

            if (at++ == started.Count)
            {
                Fail(started, $"{wanted.Description} should have been started as number {number + 1} of {string.Join(", ", patterns.Select(each => $"`{each}`"))}");
            }
        }
    }

    public void AssertNothingRan()
    {
        if (Started is { Count: > 0 } started)
        {
            Fail(started, "Nothing should have been started");
        }
    }

    private void AssertRan(CommandPattern pattern)
    {
        var started = Started;
        if (!started.Any(command => pattern.Matches(command.Spec)))
        {
            Fail(started, $"{pattern.Description} should have been started");
        }
    }

    private void AssertTimes(CommandPattern pattern, int times)
    {
        var started = Started;
        var count = started.Count(command => pattern.Matches(command.Spec));
        if (count != times)
        {
            Fail(started, times == 0
                ? $"{pattern.Description} should not have been started"
                : string.Create(CultureInfo.InvariantCulture, $"{pattern.Description} should have been started {times} times and was {count} times"));
        }
    }

    private static void Fail(IReadOnlyList<StartedCommand> started, string expected)
    {
        var what = started.Count == 0
            ? "; nothing was."
            : string.Concat(started.Select((command, number) => string.Create(
                CultureInfo.InvariantCulture, $"\n  {number + 1}. {command.CommandLine}  ({command.Id}, run {command.Run}.{command.Attempt})")).Prepend("; started were:"));
        throw new FakeAssertionException(expected + what);
    }
}
