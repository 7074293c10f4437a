using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ProcessManager.Cluster;

namespace ProcessManager.Silo;

/// <summary>The command line of <c>silo</c>, and what its failures look like: one line and an exit code.</summary>
internal sealed class SiloCommand
{
    private const int Failed = 1;
    private const int Usage = 2;

    private readonly RootCommand _root = new("A silo of a cluster of process managers: this machine's processes, the HTTP API and Orleans' dashboard.");
    private readonly SiloSettings _settings = new();
    private readonly Option<bool> _migrate = new("--migrate") { Description = "Make the tables in the database or bring them up to date, and end" };

    /// <param name="run">Is the silo until it is told to end.</param>
    public SiloCommand(Func<SiloOptions, CancellationToken, Task> run)
    {
        _root.Add(_migrate);
        foreach (var option in _settings.Options)
        {
            _root.Add(option);
        }

        _root.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                if (parse.GetValue(_migrate))
                {
                    await MigrateAsync(_settings.ReadDatabase(parse), _settings.ReadClusterId(parse), cancellationToken);
                }
                else
                {
                    await run(_settings.Read(parse), cancellationToken);
                }

                return 0;
            }
            catch (ProcessManagerException e)
            {
                await Console.Error.WriteLineAsync($"silo: {Misuse.WithoutPasswords(e.Message)}");
                return e.Code == ErrorCode.InvalidSpec ? Usage : Failed;
            }
        });
    }

    public async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        var parse = _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is ParseErrorAction)
        {
            foreach (var line in Misuse.Lines(parse))
            {
                await Console.Error.WriteLineAsync($"silo: {line}");
            }

            await Console.Error.WriteLineAsync("Try `silo --help`.");
            return Usage;
        }

        // It listens for signals itself, and failures that nobody foresaw shall be seen whole.
        return await parse.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    private static async Task MigrateAsync(string connectionString, string clusterId, CancellationToken cancellationToken)
    {
        await PostgresSchema.MigrateAsync(connectionString, clusterId, cancellationToken);
        await Console.Out.WriteLineAsync(
            $"silo: {PostgresPlace.Of(connectionString)} has the tables of version {PostgresSchema.Version} for the cluster \"{clusterId}\".");
    }
}
