#pragma warning disable RS0030 // The executable itself is under test here, as a shell starts it: a plain child with pipes.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ProcessManager.Cluster.Tests;

/// <summary>A run of the built silo.</summary>
internal sealed class SiloRun : IAsyncDisposable
{
    /// <summary>For whatever is waited for: machines that build and test at the same time are slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;
    private readonly Task _readingErrors;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private SiloRun(Process process)
    {
        _process = process;
        _reading = ReadAsync(process.StandardOutput, _out);
        _readingErrors = ReadAsync(process.StandardError, _error);
    }

    public int OsPid => _process.Id;

    /// <summary>All that it has said so far, errors first.</summary>
    public string Said => Text(_error) + Text(_out);

    public static SiloRun Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ProcessManager.Silo"), args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PROCMAN_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return new SiloRun(Process.Start(start)!);
    }

    /// <summary>One that is to refuse, or to do its work and end.</summary>
    public static async Task<(int Code, string Out, string Error)> EndedAsync(params string[] args)
    {
        await using var run = Start(args);
        return await run.EndAsync();
    }

    /// <summary>The options for ports of its own.</summary>
    public static string[] OwnPorts() => ["--silo-port", $"{FreePort()}", "--gateway-port", $"{FreePort()}"];

    /// <summary>Below those that the kernel gives to anybody who connects.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // In use, by whomever.
            }
        }
    }

    /// <summary>The line that says so.</summary>
    public async Task<string> ReadyAsync()
    {
        var first = await Task.WhenAny(_ready.Task, _reading).WaitAsync(Patience);
        return first == _ready.Task ? Text(_out) : throw new InvalidOperationException($"The silo ended without being ready: {await ErrorsAsync()}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {OsPid}"]);
        kill.WaitForExit();
    }

    public async Task<(int Code, string Out, string Error)> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The silo didn't end: {string.Join(' ', _process.StartInfo.ArgumentList)}. It said: {Said}", e);
        }

        await _reading.WaitAsync(Patience);
        return (_process.ExitCode, Text(_out), await ErrorsAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Text(StringBuilder said)
    {
        lock (said)
        {
            return said.ToString();
        }
    }

    private async Task<string> ErrorsAsync()
    {
        await _readingErrors.WaitAsync(Patience);
        return Text(_error);
    }

    private async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (into)
            {
                into.Append(line).Append('\n');
            }

            if (into == _out && line.StartsWith("silo: ready", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }
}
