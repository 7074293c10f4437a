using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>What the stages of a pipe did.</summary>
public sealed record PipeResult
{
    /// <summary>Each stage's own result; the outputs of all but the last are empty, as they were read by the next. Of a sequential one without those that weren't begun.</summary>
    public required ValueList<ProcessResult> Stages { get; init; }

    /// <summary>Which stage failed first, from 0; the others were ended for it. Null: none.</summary>
    public int? FailedStage { get; init; }

    public bool Success => FailedStage is null;

    /// <summary>What the last stage wrote to stdout.</summary>
    [JsonIgnore]
    public string Output => FailedStage is { } failed && failed >= Stages.Count - 1 ? Stages[failed].Output : Stages[^1].Output;

    /// <summary>This result, if no stage failed.</summary>
    /// <exception cref="CommandException">CommandFailed, TimedOut, IdleTimedOut of the stage that failed.</exception>
    public PipeResult EnsureSuccess() => FailedStage is { } failed ? throw Stages[failed].Failure : this;
}
