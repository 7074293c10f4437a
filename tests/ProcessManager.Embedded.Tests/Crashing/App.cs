#pragma warning disable RS0030 // The app under test is killed with -9 as an operator would: nothing of this project may stand between.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ProcessManager.Contract;
using Shouldly;

namespace ProcessManager.Embedded.Tests;

/// <summary>The app that embeds the library and dies at a moment of choice, as a process of its own.</summary>
internal sealed class App : IDisposable
{
    private readonly Process _process;

    private App(Process process) => _process = process;

    public int OsPid => _process.Id;

    /// <summary>What it found when it started.</summary>
    public required Found Ready { get; init; }

    public static async Task<App> StartAsync(string dataDirectory)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ProcessManager.CrashApp.dll"), dataDirectory])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var ready = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit);
        return new App(process) { Ready = Found.Parse(ready ?? throw new InvalidOperationException("The app ended before it was ready.")) };
    }

    /// <summary>Its answer to a verb.</summary>
    public async Task<string> AskAsync(string line)
    {
        await TellAsync(line);
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit);
        answer.ShouldNotBeNull($"the app ended before it answered \"{line}\"");
        answer.ShouldNotStartWith("error");
        return answer;
    }

    public async Task<List<ProcessInfo>> ListAsync() =>
        JsonSerializer.Deserialize<List<ProcessInfo>>(await AskAsync("list"), ProcessManagerJson.Options)!;

    /// <summary>Tells it something that it dies of.</summary>
    public async Task DieOfAsync(string line)
    {
        await TellAsync(line);
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        _process.ExitCode.ShouldBe(128 + 9, "the app should have died at the moment that it was told");
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.Dispose();
    }

    private async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>What a manager found when it started; see <see cref="RecoveryReport"/>.</summary>
    public sealed record Found(int Processes, int Adopted, int Ended, int Orphans)
    {
        public static Found Parse(string line)
        {
            line.ShouldStartWith("ready ");
            var numbers = line.Split(' ').Skip(1).Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToList();
            return new Found(numbers[0], numbers[1], numbers[2], numbers[3]);
        }
    }
}
