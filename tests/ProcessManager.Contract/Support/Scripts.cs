namespace ProcessManager.Contract;

/// <summary>Small programs that behave in one way, by what they do. All are of the shell and coreutils: those start in a millisecond.</summary>
public static class Scripts
{
    /// <summary>Lives until it is ended; goes by SIGTERM at once.</summary>
    public static readonly ProcessSpec Sleeps = new() { Command = "sleep", Args = ["1000"] };

    /// <summary>Says "ready" and then only goes by SIGKILL. An ignored signal stays ignored across exec: it is one process, <c>sleep</c>.</summary>
    public static readonly ProcessSpec IgnoresTerm = Shell("trap '' TERM; echo ready; exec sleep 1000");

    /// <summary>Says "ready", and at SIGTERM cleans up for as long as the file <c>hold</c> isn't there; then exits with 0.</summary>
    public static ProcessSpec EndsWhenToldTwice(string directory) => Shell(
        "trap 'while [ ! -e hold ]; do sleep 0.02; done; exit 0' TERM; echo ready; while :; do sleep 0.05; done") with
    {
        WorkingDirectory = directory,
    };

    /// <summary>Copies its standard input to its output until that is closed.</summary>
    public static readonly ProcessSpec Echoes = new() { Command = "cat", Stdin = new StdinSpec { Mode = StdinMode.Pipe } };

    public static ProcessSpec Shell(string line) => new() { Command = line, Shell = true };

    public static ProcessSpec Exits(int code) => Shell($"exit {code}");

    /// <summary>Sends itself a signal.</summary>
    public static ProcessSpec Signals(Signal signal) => Shell($"kill -{signal.Number} $$; sleep 1000");

    /// <summary>Appends a line to a file and exits with a code: an effect that can be counted.</summary>
    public static ProcessSpec Appends(string file, int code = 0) => Shell($"echo line >> \"$1\"; exit {code}") with { Args = [file] };

    /// <summary>Appends a line to a file and stays.</summary>
    public static ProcessSpec AppendsAndSleeps(string file) => Shell("echo line >> \"$1\"; exec sleep 1000") with { Args = [file] };

    /// <summary>Numbered lines to stdout.</summary>
    public static ProcessSpec Counts(int lines) => new() { Command = "seq", Args = ["1", $"{lines}"] };

    /// <summary>
    /// A main process with four others in its working directory's file <c>pids</c>: a plain child, one in a session of its own, one that was
    /// double-forked into a session of its own, and one such that ignores SIGTERM.
    /// </summary>
    public static ProcessSpec Tree(string directory) => Shell(
        """
        sleep 1000 & echo $! >> pids
        setsid sh -c 'echo $$ >> pids; exec sleep 1000' &
        (setsid sh -c 'echo $$ >> pids; exec sleep 1000' &)
        (setsid sh -c "trap '' TERM; echo \$\$ >> pids; exec sleep 1000" &)
        while [ $(wc -l < pids) -lt 4 ]; do sleep 0.02; done
        echo ready
        exec sleep 1000
        """) with
    {
        WorkingDirectory = directory,
    };

    /// <summary>The dummy program, which does what each argument says; for what the shell can't do. It takes a tenth of a second to start.</summary>
    public static ProcessSpec Dummy(params string[] deeds) => new()
    {
        Command = Path.Combine(AppContext.BaseDirectory, "ProcessManager.Dummy"),
        Args = [.. deeds],
        InheritEnvironment = EnvironmentInheritance.All,
    };

    /// <summary>An executable file with this text.</summary>
    public static string File(string directory, string name, string text)
    {
        var path = Path.Combine(directory, name);
        System.IO.File.WriteAllText(path, text);
        System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
