using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>Tells when full pipes have room again: one thread for all of them, started by the first that is full.</summary>
internal sealed class PipeRoom : IDisposable
{
    private const uint Out = 0x004;
    private const uint Once = 1u << 30;
    private const ulong Stop = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, TaskCompletionSource> _waiting = [];
    private readonly int _epoll = Epoll.Create();
    private readonly int _stop = Epoll.CreateEvent();
    private Thread? _thread;
    private ulong _last;

    /// <summary>Completes when something can be written to the pipe, or nobody reads it any more.</summary>
    /// <param name="descriptor">Stays open until this has completed.</param>
    public async Task WaitAsync(int descriptor, CancellationToken cancellationToken)
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong number;
        lock (_gate)
        {
            number = ++_last;
            _waiting[number] = room;
            if (_thread is null)
            {
                _ = Epoll.Control(_epoll, Epoll.Add, _stop, Epoll.In, Stop);
                _thread = new Thread(Run) { IsBackground = true, Name = "procman-stdin" };
                _thread.Start();
            }

            if (Epoll.Control(_epoll, Epoll.Add, descriptor, Out | Once, number) != 0)
            {
                _waiting.Remove(number);
                throw new IOException($"The pipe can't be waited for ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
            }
        }

        try
        {
            await room.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            // Out of the set before anybody closes it: a copy in a half-started child would keep it reporting.
            _ = Epoll.Control(_epoll, Epoll.Delete, descriptor, 0, 0);
            lock (_gate)
            {
                _waiting.Remove(number);
            }
        }
    }

    public unsafe void Dispose()
    {
        var one = 1UL;
        _ = Libc.Write(_stop, (byte*)&one, sizeof(ulong));
        _thread?.Join();
        _ = Libc.Close(_stop);
        _ = Libc.Close(_epoll);
    }

    private void Run()
    {
        var events = new (uint Events, ulong Data)[64];
        while (true)
        {
            var count = Epoll.Wait(_epoll, events, -1);
            foreach (var (_, number) in events.AsSpan(0, count))
            {
                if (number == Stop)
                {
                    return;
                }

                lock (_gate)
                {
                    _waiting.GetValueOrDefault(number)?.TrySetResult();
                }
            }
        }
    }
}
