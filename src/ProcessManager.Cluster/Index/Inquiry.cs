using Orleans;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>
/// Asks members how they are: those that wanted to be woken, those that only a row knows, those that there is news of their node for. An ask wakes the process, which then updates its
/// entry. In the background, so many at once, and again until it succeeds. Used from its grain's turns only.
/// </summary>
internal sealed class Inquiry(IGrainFactory grains, MemberTable members, Func<Member, NodeNews?> newsFor, Action<Member> drop, TimeProvider clock)
{
    private const int AtOnce = 32;

    /// <summary>A process that is active has an alarm of its own, which should be first.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    /// <summary>One that was woken, and still wants what it wanted, isn't woken again before.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Agenda _agenda = new();
    private readonly Dictionary<ProcessId, Task> _asking = [];
    private DateTimeOffset? _armed;
    private IGrainTimer? _timer;
    private bool _stopped;

    /// <summary>How long one that isn't there may be in the making.</summary>
    public required TimeSpan Doubt { get; init; }

    /// <param name="timer">Its callback is <see cref="Ring"/>.</param>
    public void Start(IGrainTimer timer)
    {
        _timer = timer;
        Arm();
    }

    /// <summary>Asks nobody any more, and waits a moment for those who are being asked.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        await Task.WhenAll(_asking.Values).WaitAsync(TimeSpan.FromSeconds(1), clock).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>It is asked now, or in some time; instead of any other.</summary>
    public void Ask(Member member, TimeSpan after = default)
    {
        _agenda.Set(member.Id, clock.GetUtcNow() + after);
        Arm();
    }

    /// <summary>It told how it is: it is asked when it wants to be.</summary>
    public void AskWhenDue(Member member)
    {
        var at = member.WakeAt + Late;
        var before = member.Asked;
        _agenda.Set(member.Id, before.WakeAt == member.WakeAt && before.At >= at ? before.At + Again : at);
        Arm();
    }

    public void Forget(Member member) => _agenda.Set(member.Id, null);

    /// <summary>Finds out what the process says of itself, without a turn.</summary>
    /// <returns>False: it can't be asked now.</returns>
    public async Task<bool> LearnAsync(Member member, TimeSpan limit)
    {
        try
        {
            var answer = await Door(member).InfoAsync().WaitAsync(limit, clock);
            if (member is { Info: null, Standing: Standing.Unheard })
            {
                member.Info = answer.Value;
                if (answer.Error?.Code == ErrorCode.NotFound)
                {
                    BeAbsent(member);
                }
            }

            return answer.Error?.Code is null or ErrorCode.NotFound;
        }
        catch (Exception)
        {
            // Whatever it is. Who needs to know asks again.
            return false;
        }
    }

    /// <summary>Asks those who are due.</summary>
    public void Ring()
    {
        _armed = null;
        while (!_stopped && _asking.Count < AtOnce && _agenda.TakeDue(clock.GetUtcNow()) is { } id)
        {
            // One that is being asked has its next time set when it has answered.
            if (members.TryGet(id, out var member) && !_asking.ContainsKey(id))
            {
                _asking[id] = AskAndGoOnAsync(member);
            }
        }

        Arm();
    }

    private void Arm()
    {
        if (_timer is null || _stopped || _asking.Count >= AtOnce || _agenda.Next is not { } next || _armed <= next)
        {
            return;
        }

        // Timers have milliseconds and round down: one more, so that it is past when it rings. A day at most: timers have an upper limit.
        var wait = next - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        _armed = next;
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
    }

    private async Task AskAndGoOnAsync(Member member)
    {
        // So that it is among those who are asked before it ends.
        await Task.Yield();
        await AskAsync(member);
        _asking.Remove(member.Id);
        Ring();
    }

    private async Task AskAsync(Member member)
    {
        member.Asked = new Asked(member.WakeAt, clock.GetUtcNow(), member.Asked.InVain + 1);
        try
        {
            if (newsFor(member) is { } news)
            {
                await TellAsync(member, news).WaitAsync(Limit, clock);
                member.Told = news;
            }

            var exists = await Door(member).WakeAsync().WaitAsync(Limit, clock);
            if (exists && member is { Info: null })
            {
                await LearnAsync(member, Limit);
            }

            if (members.Has(member))
            {
                Hear(member, exists);
            }
        }
        catch (Exception)
        {
            // Whatever it is, it wasn't woken: it is asked until it is.
            if (members.Has(member))
            {
                Ask(member, Pause(member));
            }
        }
    }

    private Task TellAsync(Member member, NodeNews news) =>
        news.Incarnation is null ? Door(member).NodeGoneAsync(news.Node) : Door(member).NodeBackAsync(news.Node, null);

    private void Hear(Member member, bool exists)
    {
        switch (member.Standing)
        {
            case Standing.Absent when !exists:
                drop(member);
                break;
            case var _ when !exists:
                BeAbsent(member);
                break;
            case Standing.Heard:
                AskWhenDue(member);
                break;
            default:
                member.Standing = Standing.Unheard;
                Ask(member, Pause(member));
                break;
        }
    }

    private void BeAbsent(Member member)
    {
        member.Standing = Standing.Absent;
        Ask(member, Doubt);
    }

    private static TimeSpan Pause(Member member)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(member.Asked.InVain, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    private IProcessGrain Door(Member member) => grains.Process(member.Id);
}
