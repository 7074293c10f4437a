namespace ProcessManager.Os;

/// <summary>Starts the guard's process: a session of its own, nothing of the manager's but the pipe.</summary>
internal static class GuardStart
{
    /// <param name="environment">Without a mark of this manager: nobody takes it for a child.</param>
    /// <param name="outerMarks">See <see cref="ChildEnvironment.OuterMarks"/>.</param>
    public static async Task<GuardProcess> StartAsync(
        GuardPipe pipe, Guid manager, IReadOnlyList<string> environment, string outerMarks, Spawner spawner, ExitWatcher exits)
    {
        var own = $"{manager:N}/";
        var outcome = await spawner.SpawnAsync(new SpawnRequest
        {
            Executable = "/bin/sh",
            Args = ["-c", GuardScript.Text, "procman-guard", outerMarks + own, own],
            Environment = environment,
            WorkingDirectory = "/",
            StdinFd = (int)pipe.ReadEnd.DangerousGetHandle(),
        });
        if (outcome is not SpawnOutcome.Spawned spawned)
        {
            var why = (outcome as SpawnOutcome.Failed)?.Error.Message;
            throw new ProcessManagerException(ErrorCode.StartFailed, $"The guard of children that end with the manager can't be started: {why}");
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        exits.Watch(spawned.PidFd, ours: true, (_, _) =>
        {
            spawned.PidFd.Dispose();
            ended.SetResult();
        });
        return new GuardProcess(spawned.Child, ended.Task, () => spawned.PidFd.SendSignal(Signal.Kill));
    }
}
