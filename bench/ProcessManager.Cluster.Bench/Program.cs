using ProcessManager.Bench;
using ProcessManager.Cluster.Tests;

// Idle first: what the others leave in memory would be in its figures.
var sections = new Dictionary<string, Func<Stage, Action<Row>, Task>>
{
    ["idle"] = Idle.RunAsync,
    ["memory"] = Calls.InMemoryAsync,
    ["postgres"] = Calls.OnPostgresAsync,
};
var wanted = args.Where(arg => arg != "--quick").ToList();
if (wanted.Except(sections.Keys).Any())
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench/ProcessManager.Cluster.Bench -- [--quick] [{string.Join("] [", sections.Keys)}]");
    return 2;
}

await using var postgres = await PostgresServer.StartAsync();
await using var stage = new Stage(postgres, args.Contains("--quick"));
Console.WriteLine(string.Join('\n', MachineFacts.Read(stage.Folder)));
foreach (var name in sections.Keys.Where(name => wanted.Count == 0 || wanted.Contains(name)))
{
    var rows = new List<Row>();
    await sections[name](stage, row =>
    {
        rows.Add(row);
        Console.Error.WriteLine(string.Join('\n', Table.Lines([row]).Skip(2)));
    });
    Console.WriteLine($"\n{name}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at its end\n\n{string.Join('\n', Table.Lines(rows))}");
}

return 0;
