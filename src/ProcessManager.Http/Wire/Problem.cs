using System.Net;

namespace ProcessManager.Http;

/// <summary>A failure on the wire (RFC 9457, <c>application/problem+json</c>). Every answer from status 400 on is one.</summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary><c>urn:procman:</c> and the code: a name, nothing to fetch.</summary>
    public required string Type { get; init; }

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What went wrong, a sentence with the facts.</summary>
    public required string Detail { get; init; }

    /// <summary>An <see cref="ErrorCode"/>; text, so that a client can read a code that it doesn't know yet.</summary>
    public required string Code { get; init; }

    /// <summary>All that is wrong with the input, each with its path.</summary>
    public IReadOnlyList<Fault> Errors { get; init; } = [];

    /// <summary>What a command did before it failed or ran past its time.</summary>
    public ProcessResult? Result { get; init; }

    public static Problem From(ProcessManagerException error) => From(error.Code, error.Message) with
    {
        Errors = error.Faults,
        Result = (error as CommandException)?.Result,
    };

    /// <param name="status">Another one than the code's, for what HTTP itself refuses (405, 415).</param>
    public static Problem From(ErrorCode code, string detail, int? status = null) => new()
    {
        Type = $"urn:procman:{code}",
        Title = Words((HttpStatusCode)(status ?? ErrorTable.HttpStatus(code))),
        Status = status ?? ErrorTable.HttpStatus(code),
        Detail = detail,
        Code = code.ToString(),
    };

    /// <summary>The failure again, on the other side of the wire.</summary>
    public ProcessManagerException ToException() => Enum.TryParse<ErrorCode>(Code, out var code)
        ? Result is null ? new ProcessManagerException(code, Detail, Errors) : new CommandException(code, Result)
        : new ProcessManagerException(ErrorCode.Internal, $"{Code}: {Detail}", Errors);

    private static string Words(HttpStatusCode status) =>
        string.Concat(status.ToString().Select((letter, at) => at > 0 && char.IsAsciiLetterUpper(letter) ? " " + char.ToLowerInvariant(letter) : letter.ToString()));
}
