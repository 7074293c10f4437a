using System.Text.Json;

namespace ProcessManager.Cli;

/// <summary>A failure, for people and for programs.</summary>
internal static class Problem
{
    /// <summary><c>procman: sentence</c>, and below it a line for each fault that has a place of its own.</summary>
    public static string AsText(ProcessManagerException error) => error.Faults switch
    {
        { Count: 0 } => $"procman: {error.Message}",
        [{ } only] => $"procman: {only}",
        { Count: var count } faults => string.Join('\n', faults.Select(fault => $"  {fault}").Prepend($"procman: {count} things are wrong:")),
    };

    /// <summary>The same document as over HTTP.</summary>
    public static string AsJson(ProcessManagerException error) => JsonSerializer.Serialize(
        new
        {
            Type = $"urn:procman:{error.Code}",
            Title = error.Code.ToString(),
            Status = ErrorTable.HttpStatus(error.Code),
            Detail = error.Message,
            Code = error.Code.ToString(),
            Errors = error.Faults,
        },
        ProcessManagerJson.Options);
}
