using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace ProcessManager.Dummy;

/// <summary>What the dummy can be asked to do.</summary>
internal static partial class Deeds
{
    private static readonly Stream Out = Console.OpenStandardOutput();
    private static readonly List<object> Kept = [];

    public static async Task Do(string verb, string value)
    {
        switch (verb)
        {
            case "say":
                await Say(Console.Out, value);
                break;
            case "complain":
                await Say(Console.Error, value);
                break;
            case "exit":
                Environment.Exit(Number(value));
                break;
            case "signal":
                _ = kill(Environment.ProcessId, Number(value));
                await Task.Delay(Timeout.Infinite);
                break;
            case "ignore":
                Kept.Add(PosixSignalRegistration.Create((PosixSignal)Number(value), context => context.Cancel = true));
                break;
            case "sleep":
                await Task.Delay(value.Length == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Number(value)));
                break;
            case "lines":
                await Lines(value.Split(',').Select(Number).ToArray());
                break;
            case "fill":
                await Fill(long.Parse(value, CultureInfo.InvariantCulture));
                break;
            case "truncate":
                using (var stdout = new FileStream("/proc/self/fd/1", FileMode.Open, FileAccess.Write))
                {
                    stdout.SetLength(0);
                }

                break;
            case "allocate":
                Kept.Add(Touched(Number(value) << 20));
                break;
            case "echo":
                using (var stdin = Console.OpenStandardInput())
                {
                    await stdin.CopyToAsync(Out);
                }

                break;
            case "append":
                await File.AppendAllTextAsync(value, "line\n");
                break;
            case "describe":
                await Say(Console.Out, Description());
                break;
            default:
                throw new ArgumentException($"The dummy can't {verb}.", nameof(verb));
        }
    }

    private static Task Say(TextWriter writer, string text) => writer.WriteLineAsync(text);

    /// <summary>count[,milliseconds between two]: numbered lines, each in a write of its own.</summary>
    private static async Task Lines(int[] how)
    {
        using var pace = how is [_, > 0 and var every, ..] ? new PeriodicTimer(TimeSpan.FromMilliseconds(every)) : null;
        for (var number = 1; number <= how[0]; number++)
        {
            await Say(Console.Out, number.ToString(CultureInfo.InvariantCulture));
            if (pace is not null)
            {
                await pace.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>So many lines of 80 bytes, numbered, as fast as they are taken.</summary>
    private static async Task Fill(long lines)
    {
        var block = new byte[80 << 10];
        var used = 0;
        for (long number = 1; number <= lines; number++)
        {
            _ = Utf8.TryWrite(block.AsSpan(used), CultureInfo.InvariantCulture, $"{number:D79}\n", out _);
            used += 80;
            if (used == block.Length || number == lines)
            {
                await Out.WriteAsync(block.AsMemory(0, used));
                used = 0;
            }
        }
    }

    private static byte[] Touched(int bytes)
    {
        var memory = new byte[bytes];
        for (var page = 0; page < bytes; page += 4096)
        {
            memory[page] = 1;
        }

        return memory;
    }

    private static string Description() => JsonSerializer.Serialize(new
    {
        args = Environment.GetCommandLineArgs()[1..],
        directory = Environment.CurrentDirectory,
        environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value),
    });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
