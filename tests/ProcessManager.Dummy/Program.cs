using ProcessManager.Dummy;

// A program that misbehaves on request: each argument is one thing to do, `verb` or `verb=value`, done in the order given. What it
// leaves out (traps, sessions, double forks) the shell does better; see Scripts in the contract suite.
foreach (var argument in args)
{
    var (verb, value) = argument.Split('=', 2) is [var name, var rest] ? (name, rest) : (argument, "");
    await Deeds.Do(verb, value);
}
