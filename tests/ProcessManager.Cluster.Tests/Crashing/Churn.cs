using System.Collections.Concurrent;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>A client at work: it makes processes, stops, starts and removes them, over and over, and keeps count of what it was answered.</summary>
internal sealed class Churn
{
    private const int AtOnce = 4;

    private readonly IProcessManager _manager;
    private readonly Func<string, ProcessSpec> _spec;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<ErrorCode, int> _refused = [];
    private readonly ConcurrentDictionary<ProcessId, bool> _removed = [];
    private readonly Task _work;
    private int _next;
    private int _rounds;

    public Churn(IProcessManager manager, Func<string, ProcessSpec> spec)
    {
        (_manager, _spec) = (manager, spec);
        _work = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Those that it removed, and was told so.</summary>
    public IReadOnlyCollection<ProcessId> Removed => [.. _removed.Keys];

    /// <summary>Waits until it has done so much more.</summary>
    public async Task MoreAsync(int rounds)
    {
        var enough = Volatile.Read(ref _rounds) + rounds;
        await Eventually.HoldsAsync(
            () => Task.FromResult(Volatile.Read(ref _rounds) >= enough || _work.IsFaulted), () => Task.FromResult($"{rounds} more rounds of the client; {Figures}"), TimeSpan.FromSeconds(90));
        await (_work.IsFaulted ? _work : Task.CompletedTask);
    }

    /// <summary>Fails with the first answer that wasn't one.</summary>
    public async Task<string> EndAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
        return Figures;
    }

    private string Figures => $"the client worked {_rounds} times; refused: {(_refused.IsEmpty ? "nothing" : string.Join(", ", _refused.OrderBy(code => code.Key).Select(code => $"{code.Value} {code.Key}")))}";

    private async Task WorkAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var spec = _spec($"c{Interlocked.Increment(ref _next):D4}");
            var id = spec.Id!.Value;
            if (await AnsweredAsync(() => _manager.CreateAsync(spec)))
            {
                await AnsweredAsync(() => _manager.StopAsync(id, new StopOptions { Wait = true }));
                await AnsweredAsync(() => _manager.StartAsync(id));
            }

            // Every second stays; of one that wasn't answered it isn't known whether it is there.
            if (_next % 2 == 0 && await AnsweredAsync(() => _manager.RemoveAsync(id, new StopOptions { Grace = TimeSpan.Zero })))
            {
                _removed[id] = true;
            }

            Interlocked.Increment(ref _rounds);
        }
    }

    private async Task<bool> AnsweredAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(TimeSpan.FromSeconds(90));
            return true;
        }
        catch (ProcessManagerException refused)
        {
            _refused.AddOrUpdate(refused.Code, 1, (_, count) => count + 1);
            return false;
        }
    }
}
