using System.CommandLine;

namespace ProcessManager.Silo;

/// <summary>The connection string, which holds a password: from a file or the environment it stays out of the list of processes.</summary>
internal sealed class DatabaseSetting
{
    public const string Variable = "PROCMAN_DATABASE";

    private readonly Option<string?> _database = new("--database")
    {
        HelpName = "CONNECTION",
        Description = $"PostgreSQL: Host=…;Database=…;Username=…;Password=… [{Variable}]",
    };

    private readonly Option<string?> _file = new("--database-file") { HelpName = "FILE", Description = "The file that holds it, so that others don't see the password" };

    public IEnumerable<Option> Options => [_database, _file];

    public bool IsGiven(ParseResult parse) => parse.GetValue(_database) is not null || parse.GetValue(_file) is not null;

    /// <exception cref="ProcessManagerException">InvalidSpec: both; StorageUnavailable: the file.</exception>
    public string? Read(ParseResult parse)
    {
        var fromEnvironment = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? value : null;
        // Children that inherit the whole environment don't inherit this.
        Environment.SetEnvironmentVariable(Variable, null);
        return (parse.GetValue(_database), parse.GetValue(_file)) switch
        {
            (not null, not null) => throw ProcessManagerException.Invalid([new Fault("--database", "not together with --database-file")]),
            (null, { } file) => Content(file),
            (var given, _) => given ?? fromEnvironment,
        };
    }

    private static string Content(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"The connection string can't be read: {error.Message}", error);
        }
    }
}
