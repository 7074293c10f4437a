namespace ProcessManager;

/// <summary>Running commands, with what can't cross a wire: callbacks and streams. Extensions, so that they work over every implementation.</summary>
public static class CommandCalls
{
    /// <summary>
    /// Runs a command to its end. It doesn't throw on a non-zero exit (<see cref="ProcessResult.EnsureSuccess"/> does). Cancelling takes it down its stop ladder.
    /// </summary>
    /// <param name="args">Passed exactly as they are; no shell is between.</param>
    /// <exception cref="ProcessManagerException">A start error; TimedOut, IdleTimedOut (a <see cref="CommandException"/> with the partial result).</exception>
    public static Task<ProcessResult> RunAsync(
        this IProcessManager manager, string command, IEnumerable<string>? args = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RunOptions();
        var spec = options.Spec(command, args ?? []);
        var bytes = options.Input is { Stream: null } input ? input.Bytes : default(ReadOnlyMemory<byte>?);
        return options is { OnOutput: null, Input: null or { Stream: null } }
            ? manager.RunAsync(spec, bytes, cancellationToken)
            : new CompaniedRun(manager, spec.Id!.Value).RunAsync(spec, bytes, options.Input?.Stream, options.OnOutput, cancellationToken);
    }

    /// <summary>As the other one, of a spec, with its output told as it comes.</summary>
    public static Task<ProcessResult> RunAsync(this IProcessManager manager, ProcessSpec spec, OutputCallback onOutput, CancellationToken cancellationToken = default)
    {
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        return new CompaniedRun(manager, named.Id.Value).RunAsync(named, bytes: null, input: null, onOutput, cancellationToken);
    }

    /// <summary>As <see cref="IProcessManager.PipeAsync"/>, all at once and without input.</summary>
    public static Task<PipeResult> PipeAsync(this IProcessManager manager, params IReadOnlyList<ProcessSpec> stages) =>
        manager.PipeAsync(new PipeRequest { Stages = [.. stages] });

    /// <summary>
    /// Runs commands at the same time, all of them; answers when the last has ended, with the result of each by its key, also of those that couldn't be started or ran past
    /// their time. None is started when one of the specs is wrong.
    /// </summary>
    /// <exception cref="ProcessManagerException">InvalidSpec, its paths beginning with the key; Unavailable: then the others are stopped.</exception>
    public static async Task<IReadOnlyDictionary<string, ProcessResult>> ConcurrentlyAsync(
        this IProcessManager manager, IEnumerable<KeyValuePair<string, ProcessSpec>> commands, CancellationToken cancellationToken = default)
    {
        var all = commands.Select(command => KeyValuePair.Create(command.Key, command.Value with { Id = command.Value.Id ?? ProcessId.New() })).ToList();
        List<Fault> faults =
        [
            .. all.GroupBy(command => command.Key).Where(same => same.Count() > 1).Select(same => new Fault(same.Key, "is the key of more than one command")),
            .. all.SelectMany(command => SpecRules.Check(command.Value).Select(fault => new Fault(SpecPath.Join(SpecPath.Key("", command.Key), fault.Path), fault.Message))),
        ];
        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var runs = all.ConvertAll(command => EndingAllAsync(manager, command.Value, over));
        await ((Task)Task.WhenAll(runs)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if ((runs.Find(run => run.IsFaulted) ?? runs.Find(run => run.IsCanceled)) is { } broken)
        {
            // What went wrong first, not that the others were called off for it.
            await broken;
        }

        var results = await Task.WhenAll(runs);
        return all.Index().ToDictionary(command => command.Item.Key, command => results[command.Index]);
    }

    /// <summary>The result as data; another failure than the command's own ends those that run beside it.</summary>
    private static async Task<ProcessResult> EndingAllAsync(IProcessManager manager, ProcessSpec spec, CancellationTokenSource over)
    {
        try
        {
            return await manager.RunAsync(spec, input: null, over.Token);
        }
        catch (CommandException ended)
        {
            return ended.Result;
        }
        catch (ProcessManagerException failed) when (IsOfStart(failed.Code))
        {
            return new ProcessResult
            {
                Id = spec.Id!.Value,
                Reason = EndReason.StartFailed,
                Error = new ErrorInfo(failed.Code, failed.Message),
                Output = "",
                ErrorOutput = "",
                Attempts = 1,
                CommandLine = string.Join(' ', spec.Args.Prepend(spec.Command)),
            };
        }
        catch
        {
            await over.CancelAsync();
            throw;
        }
    }

    private static bool IsOfStart(ErrorCode code) => code is
        ErrorCode.CommandNotFound or ErrorCode.PermissionDenied or ErrorCode.BadWorkingDirectory or ErrorCode.StartFailed;
}
