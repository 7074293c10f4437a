using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace ProcessManager.Cluster;

/// <summary>Calls between silos break when one of them dies; the next call finds the grain on another. Only for calls that do no harm when they are made twice.</summary>
internal static class Repeating
{
    /// <summary>Of one call: a silo that dies is noticed, and its grains are elsewhere, well within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of one who waits for something anyway.</summary>
    public static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Of one try, which is longer than any call waits on purpose. What a silo had taken when it was killed is never answered, and nobody tells: without this the first try would
    /// use up the patience for all.
    /// </summary>
    private static readonly TimeSpan Try = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Makes the call until it isn't broken off.</summary>
    /// <exception cref="ProcessManagerException">Unavailable: it was broken off, or not answered, until the limit.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> call, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var pauses = new Pauses(FirstPause, LongestPause);
        while (true)
        {
            var left = limit - clock.GetElapsedTime(began);
            try
            {
                return await call().WaitAsync(left > Try ? Try : left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken);
            }
            catch (Exception broken) when (IsBroken(broken))
            {
                // The silo is gone, or going: somebody else will answer.
                if (limit - clock.GetElapsedTime(began) <= pauses.Coming)
                {
                    throw new ProcessManagerException(
                        ErrorCode.Unavailable, $"The cluster didn't answer within {Durations.Format(limit)}: {broken.Message}", broken);
                }
            }

            await Task.Delay(pauses.Next(), clock, cancellationToken);
        }
    }

    /// <summary>Likewise, and an answer that is Unavailable is asked for again.</summary>
    /// <exception cref="ProcessManagerException">As answered.</exception>
    public static async Task<T> AnsweredAsync<T>(Func<Task<Answer<T>>> call, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var left = limit - clock.GetElapsedTime(began);
            var answer = await UntilAsync(call, left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken);
            if (answer.Error?.Code != ErrorCode.Unavailable || limit - clock.GetElapsedTime(began) <= LongestPause / 4)
            {
                return answer.Unwrap();
            }

            await Task.Delay(LongestPause / 4, clock, cancellationToken);
        }
    }

    /// <summary>Whether it says that the call didn't arrive, or that its answer didn't: nothing of what the callee thinks of it.</summary>
    public static bool IsBroken(Exception failure) => failure is
        OrleansMessageRejectionException or TimeoutException or ConnectionFailedException or ConnectionAbortedException or ClientNotAvailableException
        or GatewayTooBusyException;
}
