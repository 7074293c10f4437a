using System.Collections.Concurrent;

namespace ProcessManager.Os;

/// <summary>
/// Those that the kernel lets into no epoll set, since the user has as many watches as <c>fs.epoll.max_user_watches</c> allows: they are asked one by
/// one, once a second. Their ends are told late rather than never.
/// </summary>
internal sealed class LateWatches(TimeProvider clock)
{
    private readonly ConcurrentDictionary<ulong, ExitWatch> _watches = [];
    private long _asked = clock.GetTimestamp();

    public static TimeSpan Every { get; } = TimeSpan.FromSeconds(1);

    public void Add(ExitWatch watch) => _watches[watch.Key] = watch;

    public void Remove(ExitWatch watch) => _watches.TryRemove(watch.Key, out _);

    /// <summary>Milliseconds until they are to be asked; -1 when there are none.</summary>
    public int UntilNext() => _watches.IsEmpty ? -1 : Math.Max(0, (int)(Every - clock.GetElapsedTime(_asked)).TotalMilliseconds + 1);

    /// <summary>The keys of those that have ended, if it is time to ask; they aren't asked again.</summary>
    /// <param name="hold">Keeps one's pidfd open until the answer is released; null when it isn't watched any more.</param>
    public IEnumerable<ulong> Ended(Func<ulong, ExitWatch?> hold)
    {
        if (UntilNext() != 0)
        {
            yield break;
        }

        _asked = clock.GetTimestamp();
        foreach (var key in _watches.Keys)
        {
            if (hold(key) is not { } watch)
            {
                continue;
            }

            var ended = Epoll.IsReadable(watch.Process.Number);
            watch.Process.DangerousRelease();
            if (ended && _watches.TryRemove(key, out _))
            {
                yield return key;
            }
        }
    }
}
