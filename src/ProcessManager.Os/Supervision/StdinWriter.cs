namespace ProcessManager.Os;

#pragma warning disable CA1001 // Its fields hold nothing of the system: no wait handle is asked of the one, no timer is set on the other.

/// <summary>Writes to a child's standard input, one write after another, without holding a thread while the child doesn't read.</summary>
internal sealed class StdinWriter(ProcessId id, ChildInput pipe, PipeRoom room)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _over = new();
    private bool _closed;

    /// <summary>Completes when the pipe took it all.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it is closed, by a writer before, by the child or by its end.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> data, bool close, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        try
        {
            await _turn.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            throw Closed();
        }

        try
        {
            if (_closed)
            {
                throw Closed();
            }

            await WriteAsync(data, either.Token);
            if (close)
            {
                _closed = true;
                pipe.Close();
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            throw Closed();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The child has ended: writers that wait are told.</summary>
    public async Task EndAsync()
    {
        await _over.CancelAsync();
        await _turn.WaitAsync();
        Shut();
        _turn.Release();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            var written = pipe.TryWrite(data.Span, out var errno);
            data = data[written..];
            if (errno == Errno.EAGAIN)
            {
                await room.WaitAsync((int)pipe.WriteEnd.DangerousGetHandle(), cancellationToken);
            }
            else if (errno != 0)
            {
                Shut();
                throw Closed();
            }
        }
    }

    private void Shut()
    {
        _closed = true;
        pipe.Dispose();
    }

    private ProcessManagerException Closed() => new(ErrorCode.InvalidState, $"The standard input of {id} is closed.");
}
