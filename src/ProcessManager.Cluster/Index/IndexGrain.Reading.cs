namespace ProcessManager.Cluster;

/// <content>Looking. A member that only a row knows is asked first: it isn't left out, and nothing is made up for it.</content>
internal sealed partial class IndexGrain
{
    private const int LearnAtOnce = 32;

    public Task<Answer<ValueList<ProcessInfo>>> ListAsync(ProcessQuery query) => AnswerAsync<ValueList<ProcessInfo>>(async () =>
    {
        var now = _clock.GetUtcNow();
        var found = await FindAsync(query, query.Limit + 1);
        return [.. found.Select(info => info.Uptime is null ? info : info with { Uptime = now - info.StartedAt })];
    });

    public Task<Answer<ValueList<ProcessId>>> IdsAsync(ProcessQuery query) => AnswerAsync<ValueList<ProcessId>>(async () =>
        [.. (await FindAsync(query, int.MaxValue)).Select(info => info.Id)]);

    public Task<Answer<IndexCounts>> CountAsync() => AnswerAsync(async () =>
    {
        var all = await FindAsync(new ProcessQuery(), int.MaxValue);
        return new IndexCounts(
            all.Count,
            all.Count(info => info.Phase == Phase.Running),
            all.Count(info => info.Phase == Phase.Terminating),
            all.Count(info => ProcessCensus.HasFailed(info.Phase, info.Reason)));
    });

    private async Task<List<ProcessInfo>> FindAsync(ProcessQuery query, int limit)
    {
        var began = _clock.GetTimestamp();
        while (true)
        {
            var (found, unknown) = Look(query, limit);
            if (unknown.Count == 0)
            {
                return found;
            }

            if (_clock.GetElapsedTime(began) >= _options.ListWait)
            {
                throw new ProcessManagerException(
                    ErrorCode.Unavailable, $"How \"{unknown[0].Id}\" is can't be found out just now{(unknown.Count > 1 ? $", nor {unknown.Count - 1} others" : "")}.");
            }

            await LearnAsync(unknown, began);
        }
    }

    /// <summary>What matches as far as it is known, and those that have to be asked whether they do.</summary>
    private (List<ProcessInfo> Found, List<Member> Unknown) Look(ProcessQuery query, int limit)
    {
        List<ProcessInfo> found = [];
        List<Member> unknown = [];
        foreach (var member in _members.After(query.After).Where(member => member.Shown))
        {
            if (member.Info is not { } info)
            {
                unknown.Add(member);
            }
            else if (query.Matches(info))
            {
                found.Add(info);
            }

            if (found.Count + unknown.Count >= limit)
            {
                break;
            }
        }

        return (found, unknown);
    }

    /// <summary>Asks as many as can be asked in the time that a list has.</summary>
    private async Task LearnAsync(List<Member> unknown, long began)
    {
        var learned = false;
        foreach (var some in unknown.Chunk(LearnAtOnce))
        {
            var left = _options.ListWait - _clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            var answers = await Task.WhenAll(some.Select(member => _inquiry.LearnAsync(member, left)));
            learned |= answers.Contains(true);
        }

        if (!learned)
        {
            // Nobody could be asked: a silo is going, say.
            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock);
        }
    }
}
