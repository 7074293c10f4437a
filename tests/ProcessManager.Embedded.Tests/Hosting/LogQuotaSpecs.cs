using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests.Hosting;

/// <summary>A manager whose logs may take less than two of what is written here.</summary>
public sealed class LogQuotaSpecs : IAsyncLifetime
{
    private static readonly ProcessSpec Writes = Scripts.Counts(50_000);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("procman-quota-");
    private readonly EmbeddedProcessManager _manager;

    public LogQuotaSpecs() => _manager = new EmbeddedProcessManager(
        new EmbeddedOptions { DataDirectory = _data.FullName, LogQuota = 400 << 10, LogQuotaEvery = TimeSpan.FromMilliseconds(50) },
        NullLoggerFactory.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _manager.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _manager.ShutdownAsync(TimeSpan.FromSeconds(10), stopAll: true);
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task The_output_of_what_finished_first_goes_when_all_logs_take_too_much()
    {
        await Finished("old");
        (await Lines("old")).ShouldBe(50_000);
        await Finished("young");

        await Patience.Until("the lines of old", () => Lines("old"), lines => lines == 0);
        (await Lines("young")).ShouldBe(50_000);

        await _manager.StartAsync(ProcessId.Parse("old"), Cancel);
        await Patience.Until("the lines of young", () => Lines("young"), lines => lines == 0);
        (await Lines("old")).ShouldBe(50_000);
    }

    [Fact]
    public async Task Of_what_runs_goes_what_it_wrote_before_its_present_attempt()
    {
        var id = ProcessId.Parse("app");
        await _manager.CreateAsync(Scripts.Shell("seq 1 50000; exec sleep 1000") with { Id = id }, cancellationToken: Cancel);
        await Patience.Until("the first run's lines", () => Lines("app"), lines => lines == 50_000);
        await _manager.RestartAsync(id, cancellationToken: Cancel);

        var firstKept = await Patience.Until("the first kept offset", () => FirstOffset(id), offset => offset > 0);
        await Patience.Until("the second run's lines", () => Lines("app"), lines => lines == 50_000);
        firstKept.ShouldBe(288_894, "the second attempt begins where the first one's 50,000 lines end");
        (await _manager.GetHealthAsync(Cancel)).Problems.ShouldBeEmpty();
    }

    private async Task Finished(string id)
    {
        await _manager.CreateAsync(Writes with { Id = ProcessId.Parse(id) }, cancellationToken: Cancel);
        await _manager.WaitAsync(ProcessId.Parse(id), new WaitOptions { For = WaitFor.Finished, Timeout = Patience.Limit }, Cancel);
    }

    private async Task<int> Lines(string id)
    {
        var lines = 0;
        await foreach (var chunk in _manager.ReadLogsAsync(ProcessId.Parse(id), new LogQuery(), Cancel))
        {
            lines += chunk.Bytes.Span.Count((byte)'\n');
        }

        return lines;
    }

    private async Task<long> FirstOffset(ProcessId id)
    {
        await foreach (var chunk in _manager.ReadLogsAsync(id, new LogQuery(), Cancel))
        {
            return chunk.Offset;
        }

        return -1;
    }
}
