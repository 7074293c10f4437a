using System.Runtime.InteropServices;

namespace ProcessManager.Silo;

/// <summary>How often somebody asked us to end.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Interrupts()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (!_first.TrySetResult())
                {
                    _second.Cancel();
                }
            }));
        }
    }

    /// <summary>Done when asked once: end gracefully.</summary>
    public Task First => _first.Task;

    /// <summary>Cancelled when asked again: end at once.</summary>
    public CancellationToken Second => _second.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _second.Dispose();
    }
}
