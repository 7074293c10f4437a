namespace ProcessManager.Http;

/// <summary>
/// Asking again what may be asked again, after a connection that had been open broke: the manager is being restarted, and its processes run on. Where
/// nobody listens in the first place the answer is Unavailable at once.
/// </summary>
internal sealed class Persistence(TimeProvider time)
{
    /// <summary>How long a manager may be away. Adopting 1,000 processes takes it two seconds.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private long? _since;
    private long _asked;
    private TimeSpan _delay = FirstDelay;

    /// <summary>Whether something broke already, so that this isn't the first time of asking.</summary>
    public bool Again => _since is not null;

    /// <summary>A question goes out now.</summary>
    public void Asking() => _asked = time.GetTimestamp();

    /// <summary>Waits before the next time of asking; throws <paramref name="error"/> when there is to be none.</summary>
    public async Task PauseAsync(ConnectionException error, CancellationToken cancellationToken)
    {
        if (!error.WasOpen && !Again)
        {
            throw error;
        }

        // What held for a while and broke then is a new outage, with its full time.
        if (!Again || (error.WasOpen && time.GetElapsedTime(_asked) > LongestDelay))
        {
            _since = time.GetTimestamp();
            _delay = FirstDelay;
        }

        if (time.GetElapsedTime(_since!.Value) > Outage)
        {
            throw error;
        }

        await Task.Delay(_delay, time, cancellationToken);
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
    }

    /// <param name="ask">Told whether it is asked again.</param>
    public static async Task<T> AskAsync<T>(Func<bool, Task<T>> ask, CancellationToken cancellationToken)
    {
        var persistence = new Persistence(TimeProvider.System);
        while (true)
        {
            persistence.Asking();
            try
            {
                return await ask(persistence.Again);
            }
            catch (ConnectionException error)
            {
                await persistence.PauseAsync(error, cancellationToken);
            }
        }
    }
}
