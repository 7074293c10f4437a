namespace ProcessManager;

/// <summary>What a host's machine does for a pipe.</summary>
/// <param name="Declare">Makes a stage and opens its run, on the machine of the pipe.</param>
/// <param name="Open">Makes the machine know the pipe.</param>
/// <param name="Close">Lets go of what is left of it there.</param>
/// <param name="Read">What an attempt of a stage wrote.</param>
internal sealed record PipeGround(
    Func<ProcessSpec, PipeStage, Task<(IProcessDoor Door, ProcessView View)>> Declare,
    Func<Guid, Task> Open,
    Func<Guid, Task> Close,
    Func<ProcessId, Func<ProcessState, Epoch, Task<RunOutput>>> Read);

/// <summary>Runs pipes: the same on every host.</summary>
internal static class PipeCalls
{
    public static async Task<PipeResult> RunAsync(PipeRequest pipe, PipeGround ground, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var stages = new List<Stage>();
        await ground.Open(id);
        try
        {
            var failed = pipe.Sequential
                ? await InTurnAsync(id, pipe, ground, stages, cancellationToken)
                : await AtOnceAsync(id, pipe, ground, stages, cancellationToken);
            var results = new List<ProcessResult>();
            foreach (var stage in stages)
            {
                var over = await stage.Over;
                var output = ResultOfRun.Attempt(over) is { } attempt ? await ground.Read(stage.Door.Id)(over.State, attempt) : RunOutput.Nothing;
                results.Add(ResultOfRun.Of(over, output));
            }

            // A start that failed is thrown, as that of any command.
            return failed is { } index && results[index] is { Reason: EndReason.StartFailed, Error: { } error }
                ? throw new ProcessManagerException(error.Code, $"Stage {index + 1} of {pipe.Stages.Count}: {error.Message}")
                : new PipeResult { Stages = [.. results], FailedStage = failed };
        }
        catch
        {
            // Whoever waited for it has gone, or it can't go on: down the ladder with all of it.
            await StopAsync(stages);
            throw;
        }
        finally
        {
            await ground.Close(id);
        }
    }

    /// <summary>All of them; answers when all have ended which one failed first.</summary>
    private static async Task<int?> AtOnceAsync(Guid id, PipeRequest pipe, PipeGround ground, List<Stage> stages, CancellationToken cancellationToken)
    {
        for (var index = 0; index < pipe.Stages.Count; index++)
        {
            stages.Add(await BeginAsync(id, index, pipe, ground, cancellationToken));
        }

        var running = stages.ConvertAll(stage => stage.Over);
        int? failed = null;
        while (running.Count > 0)
        {
            running.Remove(await Task.WhenAny(running));
            if (failed is null && (failed = PipeRules.Failed(await EndsAsync(stages))) is not null)
            {
                await StopAsync(stages);
            }
        }

        return failed;
    }

    private static async Task<int?> InTurnAsync(Guid id, PipeRequest pipe, PipeGround ground, List<Stage> stages, CancellationToken cancellationToken)
    {
        for (var index = 0; index < pipe.Stages.Count; index++)
        {
            stages.Add(await BeginAsync(id, index, pipe, ground, cancellationToken));
            await stages[index].Over;
            if (PipeRules.Failed(await EndsAsync(stages)) is { } failed)
            {
                return failed;
            }
        }

        return null;
    }

    private static async Task<Stage> BeginAsync(Guid id, int index, PipeRequest pipe, PipeGround ground, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (door, view) = await ground.Declare(pipe.Stages[index], new PipeStage(id, index, pipe.Stages.Count, pipe.Sequential));
        return new Stage(door, door.UntilAsync(new ProcessCondition.Over(view.State.Epoch.Run), cancellationToken));
    }

    private static async Task<List<(EndReason Reason, Signal? Signal)?>> EndsAsync(List<Stage> stages)
    {
        var ends = new List<(EndReason, Signal?)?>();
        foreach (var stage in stages)
        {
            ends.Add(!stage.Over.IsCompleted ? null
                : await stage.Over is { Last: { } last } over && ResultOfRun.Attempt(over) is not null ? (last.Reason, last.Signal)
                : (EndReason.Stopped, null));
        }

        return ends;
    }

    private static Task StopAsync(List<Stage> stages) => Task.WhenAll(stages.Where(stage => !stage.Over.IsCompletedSuccessfully).Select(async stage =>
    {
        try
        {
            await stage.Door.TakeAsync(new ProcessOrder.Stop(null), CancellationToken.None);
        }
        catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // Removed meanwhile: it has ended.
        }
    }));

    private sealed record Stage(IProcessDoor Door, Task<ProcessView> Over);
}
