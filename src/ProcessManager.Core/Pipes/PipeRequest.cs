namespace ProcessManager;

/// <summary>Commands each of which reads what the one before it writes.</summary>
public sealed record PipeRequest
{
    /// <summary>2 to 32. Each is an ordinary one-off process, all of them on one machine; what they write to stderr goes to their logs.</summary>
    public required ValueList<ProcessSpec> Stages { get; init; }

    /// <summary>One after another, each reading a file of all that the one before wrote; else all at once, with pipes between them.</summary>
    public bool Sequential { get; init; }
}

/// <summary>The body of a pipe: <c>{stages, sequential}</c> and <c>input</c>, which is text or <c>{"base64": "…"}</c>.</summary>
public sealed record PipeBody(PipeRequest Pipe, ReadOnlyMemory<byte>? Input);
