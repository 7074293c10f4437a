using System.CommandLine;

namespace ProcessManager.Cli;

internal static class RunVerb
{
    public const string Name = "run";

    public static Command Create(CommandLine line)
    {
        var said = new CommandOptions();
        var detach = new Option<bool>("--detach", "-d") { Description = "Leave it to the daemon as a declared process, and print its id" };
        var tty = new Option<bool>("--tty", "-t") { Description = "In a terminal of its own: ours while it runs, keys and size included" };
        var verb = new Command(Name, "Run a command here: its output, input and exit code are ours; or leave it to the daemon") { detach, tty };
        said.AddTo(verb);
        return line.Does(verb, (call, cancellationToken) => call.Get(detach)
            ? DetachAsync(call, call.Get(tty) ? Typing.For(said.Spec(call)) : said.Spec(call), cancellationToken)
            : RunAsync(call, said, call.Get(tty), cancellationToken));
    }

    private static async Task<int> DetachAsync(Call call, ProcessSpec spec, CancellationToken cancellationToken)
    {
        var info = await call.Manager.CreateAsync(CallersEnvironment.SentWith(spec, call.Caller), start: true, cancellationToken);
        if (call.Json)
        {
            call.PrintJson(info);
        }
        else
        {
            call.Print(info.Id.Value);
        }

        return ExitCodes.Done;
    }

    /// <summary>By the daemon if there is one, so that it shows in <c>ps</c>; else by a manager of our own that lives as long as the command.</summary>
    private static async Task<int> RunAsync(Call call, CommandOptions said, bool tty, CancellationToken cancellationToken)
    {
        try
        {
            var spec = said.Spec(call);
            if (await call.HasDaemonAsync(cancellationToken))
            {
                return await new AttachedRun(call, call.Manager, tty).RunAsync(CallersEnvironment.SentWith(spec, call.Caller), cancellationToken);
            }

            await using var local = await call.Caller.OpenLocal(null, cancellationToken);
            return await new AttachedRun(call, local.Manager, tty).RunAsync(CallersEnvironment.InheritedBy(spec), cancellationToken);
        }
        catch (ProcessManagerException e)
        {
            call.Report(e);
            return e.Code switch
            {
                ErrorCode.CommandNotFound => ExitCodes.RunCommandNotFound,
                ErrorCode.PermissionDenied or ErrorCode.BadWorkingDirectory or ErrorCode.StartFailed => ExitCodes.RunNotStartable,
                ErrorCode.TimedOut or ErrorCode.IdleTimedOut => ExitCodes.RunTimedOut,
                _ => ExitCodes.RunItselfFailed,
            };
        }
    }
}
