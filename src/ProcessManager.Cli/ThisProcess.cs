using System.Collections;
using ProcessManager.Http;

namespace ProcessManager.Cli;

/// <summary>The caller of this process.</summary>
internal static class ThisProcess
{
    public static Caller Caller()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        return new Caller
        {
            Input = Console.OpenStandardInput(),
            InputIsTerminal = !Console.IsInputRedirected,
            Out = Printer(1, Console.IsOutputRedirected, environment),
            Error = Printer(2, Console.IsErrorRedirected, environment),
            Environment = environment,
            WorkingDirectory = Environment.CurrentDirectory,
            IsRoot = Environment.IsPrivilegedProcess,
            Clock = TimeProvider.System,
            Interrupts = new Interrupts(),
            // Neither is touched by a verb that doesn't need it: what they load costs more than the rest of a verb.
            Connect = socket => new HttpProcessManager(socket),
            OpenLocal = LocalManagers.OpenAsync,
        };
    }

    private static Printer Printer(int descriptor, bool redirected, Dictionary<string, string> environment)
    {
        var colours = !redirected && environment.GetValueOrDefault("NO_COLOR") is null or "" && environment.GetValueOrDefault("TERM") is not "dumb";
        return new Printer(Stream(descriptor), !redirected, colours);
    }

    /// <summary>
    /// A pipe as a file stream, because the console's stream hides that its reader has gone; anything else as the console's stream, because a file stream
    /// would write at an offset of its own in a file that we share with others (<c>(procman ps; date) > file</c>).
    /// </summary>
    private static Stream Stream(int descriptor)
    {
        var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return !file.CanSeek ? file : descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
    }
}
