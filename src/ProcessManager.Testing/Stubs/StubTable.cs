using System.Globalization;

namespace ProcessManager.Testing;

/// <summary>The stubs of a manager, and what was started.</summary>
internal sealed class StubTable
{
    private readonly Lock _gate = new();
    private readonly List<Stub> _stubs = [];
    private readonly List<StartedCommand> _started = [];

    public bool PreventsStray { get; set; }

    public IReadOnlyList<StartedCommand> Started
    {
        get
        {
            lock (_gate)
            {
                return [.. _started];
            }
        }
    }

    public Stub Add(CommandPattern pattern)
    {
        var stub = new Stub(pattern);
        lock (_gate)
        {
            _stubs.Add(stub);
        }

        return stub;
    }

    /// <summary>What a command does, by the newest stub that matches it. It counts as started from here on.</summary>
    public FakeChild Start(ProcessId id, Epoch epoch, ProcessSpec spec, DateTimeOffset at, string input)
    {
        Stub? stub;
        lock (_gate)
        {
            stub = _stubs.FindLast(each => each.Pattern.Matches(spec));
            if (stub is not null || !PreventsStray)
            {
                _started.Add(new StartedCommand(id, epoch.Run, epoch.Attempt, spec, at, input));
            }
        }

        return stub is null && PreventsStray ? FakeChild.That.Throws(Stray(spec))
            : stub is null ? FakeChild.That
            : stub.Next(spec) ?? FakeChild.That.Throws(UsedUp(stub, spec));
    }

    private static StrayCommandException UsedUp(Stub stub, ProcessSpec spec) => new(
        $"`{CommandPattern.Line(spec)}` was started once more than its stub {stub.Pattern.Description} describes; say what comes after the last with Does.");

    private StrayCommandException Stray(ProcessSpec spec)
    {
        lock (_gate)
        {
            var known = _stubs.Count == 0 ? "there are none" : string.Join(", ", _stubs.Select(stub => stub.Pattern.Description));
            return new StrayCommandException(string.Create(
                CultureInfo.InvariantCulture, $"`{CommandPattern.Line(spec)}` has no stub, and stray commands are prevented. The stubs: {known}."));
        }
    }
}
