// The daemon under test is a program of its own that the tests must be able to kill with -9; ProcessManager.Os can't be used to test itself.
#pragma warning disable RS0030
using System.Diagnostics;
using System.Text;
using ProcessManager.Http;
using Shouldly;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>A daemon as a user runs it, that can be killed with -9 and started again on the same data directory.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pm-");
    private readonly StringBuilder _said = new();
    private Process? _process;
    private HttpProcessManager? _client;

    /// <summary>For the test's own files, beside the data directory.</summary>
    public string Scratch => _root.FullName;

    public string Data => Path.Combine(_root.FullName, "data");

    public string Socket => Path.Combine(Data, "procman.sock");

    public IProcessManager Manager => _client ?? throw new InvalidOperationException("The daemon isn't running.");

    /// <summary>What it wrote to its own output, for messages.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "procman");

    /// <summary>Starts it and waits until its recovery is over; answers how long that took.</summary>
    /// <param name="variables">Set in its environment.</param>
    public async Task<TimeSpan> StartAsync(params (string Name, string Value)[] variables)
    {
        var began = TimeProvider.System.GetTimestamp();
        Launch(variables);
        _client = new HttpProcessManager(Socket);
        await Contract.Patience.Until($"the daemon to be ready; it says: {Said}", Ready, ready => ready);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Starts it and doesn't wait: it may end by itself.</summary>
    public void Launch(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Program, ["serve", "--data", Data, "--socket", Socket])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The daemon didn't start.");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9, and its death.</summary>
    public async Task KillAsync()
    {
        _process.ShouldNotBeNull().Kill();
        await EndedAsync();
    }

    /// <summary>SIGTERM; answers its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Contract.OsProcess.Of(_process.ShouldNotBeNull().Id).Signal(Signal.Term);
        return await EndedAsync();
    }

    /// <summary>Waits until it has gone by itself; answers its exit code.</summary>
    public async Task<int> EndedAsync()
    {
        var process = _process.ShouldNotBeNull();
        await process.WaitForExitAsync().WaitAsync(Contract.Patience.Limit);
        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        _client?.Dispose();
        _client = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Leftovers.Kill(Data);
        _root.Delete(recursive: true);
    }

    private async Task<bool> Ready()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The daemon ended with {_process.ExitCode}; it said: {Said}");
        }

        try
        {
            return (await Manager.GetHealthAsync()).Ready;
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.Unavailable)
        {
            // It doesn't listen yet.
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }
}
