namespace ProcessManager;

/// <summary>Where a process stands in a pipe: its standard input and output are its neighbours'.</summary>
/// <param name="Pipe">Held open by the machine while somebody waits for its end.</param>
/// <param name="Index">From 0.</param>
public sealed record PipeStage(Guid Pipe, int Index, int Count, bool Sequential)
{
    /// <summary>Its input is what the stage before writes.</summary>
    public bool ReadsJoint => Index > 0;

    /// <summary>Its output is what the stage after reads, and not in its log.</summary>
    public bool WritesJoint => Index < Count - 1;
}
