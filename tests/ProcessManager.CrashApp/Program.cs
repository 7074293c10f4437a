using ProcessManager.CrashApp;

// An app that embeds the library and can be told to die with -9 at a moment of choice.
// Its arguments: the data directory, then lines that are taken before those of its standard input. Verbs: see Verbs.
await using var verbs = await Verbs.StartAsync(args[0]);
foreach (var line in args.Skip(1))
{
    Console.WriteLine(await verbs.AnswerAsync(line));
}

while (Console.ReadLine() is { } line)
{
    Console.WriteLine(await verbs.AnswerAsync(line));
}
