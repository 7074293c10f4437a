#pragma warning disable RS0030 // A bystander is nobody's managed process.
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using Shouldly;

namespace ProcessManager.Embedded.Tests;

/// <summary>
/// A directory of a test's own, the apps and managers that it starts there, and the end of all that was started in it, however the test goes.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procman-embedded-");
    private readonly List<App> _apps = [];
    private readonly List<EmbeddedProcessManager> _managers = [];
    private readonly List<Process> _bystanders = [];
    private readonly HashSet<string> _data = [];

    public Lab() => Data = Folder("data");

    /// <summary>The data directory that is meant when none is named.</summary>
    public string Data { get; }

    public string Root => _root.FullName;

    public string Database => Path.Combine(Data, "journal.db");

    public static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    /// <summary>A name in the directory; nothing is made there.</summary>
    public string Folder(string name) => Path.Combine(_root.FullName, name);

    public async Task<App> AppAsync(string? dataDirectory = null)
    {
        var app = await App.StartAsync(Note(dataDirectory));
        _apps.Add(app);
        return app;
    }

    /// <summary>A manager in this process, started.</summary>
    public async Task<EmbeddedProcessManager> OpenAsync(Func<EmbeddedOptions, EmbeddedOptions>? with = null, TimeProvider? clock = null) =>
        (await OpenAndReportAsync(with, clock)).Manager;

    public async Task<(EmbeddedProcessManager Manager, RecoveryReport Found)> OpenAndReportAsync(
        Func<EmbeddedOptions, EmbeddedOptions>? with = null, TimeProvider? clock = null)
    {
        var options = new EmbeddedOptions { DataDirectory = Data, DefaultLifetime = Lifetime.Keep };
        options = with?.Invoke(options) ?? options;
        Note(options.DataDirectory);
        var manager = new EmbeddedProcessManager(options, NullLoggerFactory.Instance, clock);
        _managers.Add(manager);
        return (manager, await manager.StartAsync(Cancel));
    }

    /// <summary>Ends the manager that was opened last; children that are kept run on.</summary>
    public Task CloseLastAsync() => _managers[^1].ShutdownAsync();

    /// <summary>A process of this machine that no manager knows.</summary>
    public OsProcess Bystander()
    {
        var process = Process.Start(new ProcessStartInfo("sleep", ["1000"]) { UseShellExecute = false })!;
        _bystanders.Add(process);
        return OsProcess.Of(process.Id);
    }

    /// <summary>What a kill -9 of the app left is what its successor finds: nothing twice, nothing that no record knows.</summary>
    public static void ShouldBeWhatIsListed(IReadOnlyCollection<Marked> marked, IReadOnlyCollection<ProcessInfo> listed)
    {
        var mains = marked.Where(process => process.Main).ToList();
        mains.Select(process => $"{process.Id}@{process.OsPid}").Order()
            .ShouldBe(listed.Where(info => info.OsPid is not null).Select(info => $"{info.Id}@{info.OsPid}").Order());
        mains.Select(process => process.Id).ShouldBeUnique();
        marked.Select(process => process.Id).Except(listed.Select(info => info.Id.Value)).ShouldBeEmpty("a process that no record knows");
    }

    public async ValueTask DisposeAsync()
    {
        _apps.ForEach(app => app.Dispose());
        foreach (var manager in _managers)
        {
            await manager.ShutdownAsync(TimeSpan.FromMilliseconds(100), stopAll: true);
        }

        foreach (var bystander in _bystanders)
        {
            bystander.Kill();
            bystander.Dispose();
        }

        await Patience.Until("the end of all that was started", () =>
        {
            var left = _data.SelectMany(Marked.Of).ToList();
            left.ForEach(process => process.Kill());
            return left.Count == 0;
        });
        _root.Delete(recursive: true);
    }

    public string Note(string? dataDirectory)
    {
        _data.Add(dataDirectory ?? Data);
        return dataDirectory ?? Data;
    }
}
