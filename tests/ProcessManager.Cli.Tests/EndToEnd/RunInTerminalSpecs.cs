using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Embedded;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

/// <summary><c>run -t</c> in a real terminal, which a manager of the test's own provides: keys, size and colours go through both.</summary>
public sealed class RunInTerminalSpecs
{
    private const string Shell = "stty size; test -t 0 && echo terminal; trap 'stty size' WINCH; printf 'your name? '; read name; echo hello $name; read more; exit 7";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_as_if_the_command_ran_in_our_terminal(bool withDaemon)
    {
        await using var site = new Site();
        if (withDaemon)
        {
            await site.ServeAsync();
        }

        await using var outer = new EmbeddedProcessManager(
            new EmbeddedOptions { DataDirectory = Path.Combine(site.Folder, "outer"), DefaultLifetime = Lifetime.WithManager }, NullLoggerFactory.Instance);
        await outer.StartAsync();
        var info = await outer.CreateAsync(new ProcessSpec
        {
            Command = Path.Combine(AppContext.BaseDirectory, "procman"),
            Args = ["--data", site.Data, "run", "-t", "--", "sh", "-c", Shell],
            Environment = [new("TMPDIR", site.Folder)],
            Output = new OutputSpec { Mode = OutputMode.Terminal, Size = new TerminalSize(91, 33) },
            Stdin = new StdinSpec { Mode = StdinMode.Pipe },
        });

        await SaysAsync(outer, info.Id, "33 91\r\nterminal\r\nyour name? ");
        await outer.WriteStdinAsync(info.Id, "world\r"u8.ToArray());
        await SaysAsync(outer, info.Id, "world\r\nhello world\r\n");
        await outer.ResizeTerminalAsync(info.Id, 100, 40);
        await SaysAsync(outer, info.Id, "40 100\r\n");
        await outer.WriteStdinAsync(info.Id, "\r"u8.ToArray());
        var end = await outer.WaitAsync(info.Id, new WaitOptions { Timeout = Executable.Patience });
        end.ExitCode.ShouldBe(7, await TextAsync(outer, info.Id));
    }

    private static async Task SaysAsync(EmbeddedProcessManager outer, ProcessId id, string text)
    {
        using var patience = new CancellationTokenSource(Executable.Patience);
        while (!(await TextAsync(outer, id)).Contains(text, StringComparison.Ordinal))
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"\"{text}\" wasn't said; but: {await TextAsync(outer, id)}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task<string> TextAsync(EmbeddedProcessManager outer, ProcessId id)
    {
        var text = new StringBuilder();
        await foreach (var chunk in outer.ReadLogsAsync(id, new LogQuery()))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        return text.ToString();
    }
}
