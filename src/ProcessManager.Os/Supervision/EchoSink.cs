namespace ProcessManager.Os;

/// <summary>Where the output of those goes whose specs want it echoed: this process' own streams. One writer at a time, so that one thread at most is held up.</summary>
internal sealed class EchoSink(Stream output, Stream error) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public static EchoSink Own() => new(Console.OpenStandardOutput(), Console.OpenStandardError());

    public async Task WriteAsync(LogStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var to = stream == LogStream.Stdout ? output : error;
            await to.WriteAsync(bytes, cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
