namespace ProcessManager.Testing;

/// <summary>One thing that a fake child does.</summary>
internal abstract record ChildStep
{
    private ChildStep()
    {
    }

    public sealed record Write(LogStream Stream, ReadOnlyMemory<byte> Bytes) : ChildStep;

    public sealed record Pause(TimeSpan Time) : ChildStep;

    public sealed record Gate(Task Opens) : ChildStep;

    public sealed record ReadLine : ChildStep;

    public sealed record Copy : ChildStep;

    public sealed record Stay : ChildStep;

    /// <summary>Goes on with what it did before the signal.</summary>
    public sealed record Resume : ChildStep;

    /// <summary>From now on a probe is answered like this; null: all of them. Unknown: not answered yet.</summary>
    public sealed record Answer(ProbeKind? Probe, ProbeStatus Status, string? Error) : ChildStep;

    public sealed record End(ExitStatus Status) : ChildStep;
}

/// <summary>Why a fake child doesn't come to be.</summary>
internal abstract record StartFault
{
    private StartFault()
    {
    }

    public sealed record Coded(ErrorInfo Error, bool Transient) : StartFault;

    public sealed record Thrown(Exception Exception) : StartFault;
}
