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
    private TimeSpan _delay = FirstDelay;

    /// <summary>Whether something broke already, so that this isn't the first time of asking.</summary>
    public bool Again => _since is not null;

    /// <summary>All is well: the next outage has its full time again.</summary>
    public void Reached()
    {
        _since = null;
        _delay = FirstDelay;
    }

    /// <summary>Waits before the next time of asking; throws <paramref name="error"/> when there is to be none.</summary>
    public async Task PauseAsync(ConnectionException error, CancellationToken cancellationToken)
    {
        if (!error.WasOpen && !Again)
        {
            throw error;
        }

        _since ??= time.GetTimestamp();
        if (time.GetElapsedTime(_since.Value) > Outage)
        {
            throw error;
        }

        await Task.Delay(_delay, time, cancellationToken);
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
    }

    /// <param name="ask">Told whether it is asked again.</param>
    public static async Task<T> AskAsync<T>(Func<bool, Task<T>> ask, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var persistence = new Persistence(time);
        var again = false;
        while (true)
        {
            var asked = time.GetTimestamp();
            try
            {
                return await ask(again);
            }
            catch (ConnectionException error)
            {
                again = true;
                if (error.WasOpen && time.GetElapsedTime(asked) > LongestDelay)
                {
                    // A wait that was held for long broke: that is a new outage.
                    persistence.Reached();
                }

                await persistence.PauseAsync(error, cancellationToken);
            }
        }
    }
}
