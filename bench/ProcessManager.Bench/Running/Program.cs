using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>A program that the bench started. Not ended by being disposed of.</summary>
internal sealed class Program(string command, PidFd process, Task<ExitStatus> ended, string log) : IDisposable
{
    public int OsPid => process.Pid;

    public Task<ExitStatus> Ended { get; } = ended;

    /// <summary>Both its outputs so far.</summary>
    public string Written() => File.ReadAllText(log);

    public void Send(Signal signal) => process.SendSignal(signal);

    public async Task KillAsync()
    {
        process.SendSignal(Signal.Kill);
        await Ended;
    }

    /// <summary>Waits for <paramref name="isSo"/>, asking every few milliseconds; fails when it ends before or takes a minute.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, string what, CancellationToken cancellationToken)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (Ended.IsCompleted || TimeProvider.System.GetElapsedTime(limit) > TimeSpan.FromMinutes(2))
            {
                throw new BenchException($"{command}: {what} didn't come ({(Ended.IsCompleted ? "it ended" : "2 minutes passed")}). It wrote: {Written()}");
            }

            await Task.Delay(2, cancellationToken);
        }
    }

    public void Dispose() => process.Dispose();
}
