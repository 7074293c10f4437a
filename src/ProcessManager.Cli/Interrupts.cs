using System.Runtime.InteropServices;

namespace ProcessManager.Cli;

/// <summary>
/// How often the caller asked us to end (Ctrl-C, SIGTERM, a closed terminal). Only verbs that have something to end listen: all others die of
/// the signal, as their users expect.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Done when asked once: end gracefully.</summary>
    public Task First => _first.Task;

    /// <summary>Done when asked again: end at once.</summary>
    public Task Second => _second.Task;

    public void Listen()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Raise();
            }));
        }
    }

    public void Raise()
    {
        if (!_first.TrySetResult())
        {
            _second.TrySetResult();
        }
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
