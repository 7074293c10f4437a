using System.Text;

#pragma warning disable RS0030 // The executable itself is under test here, as a shell starts it: a plain child with pipes.

namespace ProcessManager.Cli.Tests;

/// <summary>A run of the built <c>procman</c>.</summary>
internal sealed class Executable : IAsyncDisposable
{
    /// <summary>For whatever is waited for: machines that build and test at the same time are slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly System.Diagnostics.Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly SemaphoreSlim _news = new(0);
    private bool _disposed;

    private Executable(System.Diagnostics.Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int OsPid => _process.Id;

    public string Out => Read(_out);

    public string Error => Read(_error);

    public static Executable Start(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        Start(Path.Combine(AppContext.BaseDirectory, "procman"), environment, args);

    public static Executable StartShell(string line, IReadOnlyDictionary<string, string> environment) => Start("/bin/sh", environment, ["-c", line]);

    public static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string> environment, string? input, params string[] args)
    {
        await using var run = Start(environment, args);
        await run.FeedAsync(input);
        return await run.EndAsync();
    }

    public async Task FeedAsync(string? input)
    {
        if (input is not null)
        {
            await _process.StandardInput.WriteAsync(input);
        }

        _process.StandardInput.Close();
    }

    public async Task<Ended> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} didn't end. Output: {Out} Error output: {Error}", e);
        }

        return new Ended(_process.ExitCode, Out, Error);
    }

    /// <summary>Waits until its output, or its error output, holds <paramref name="text"/>.</summary>
    public async Task UntilSaidAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Out.Contains(text, StringComparison.Ordinal) && !Error.Contains(text, StringComparison.Ordinal))
        {
            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"\"{text}\" wasn't said. Output: {Out} Error output: {Error}", e);
            }
        }
    }

    public void Signal(string name)
    {
        using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -{name} {OsPid}"]);
        kill.WaitForExit();
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
        _news.Dispose();
    }

    private static Executable Start(string file, IReadOnlyDictionary<string, string> environment, IEnumerable<string> args)
    {
        var start = new System.Diagnostics.ProcessStartInfo(file, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Executable(System.Diagnostics.Process.Start(start)!);
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.Append(line).Append('\n');
            }
        }

        try
        {
            _news.Release();
        }
        catch (ObjectDisposedException)
        {
            // The test is over; nobody waits for news.
        }
    }
}

/// <summary>How it went; the outputs' lines each with its end.</summary>
internal sealed record Ended(int Code, string Out, string Error);
