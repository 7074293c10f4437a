using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;

namespace ProcessManager.Cli;

/// <summary>One call of one verb: what was said, the manager it is about, and where its answer goes.</summary>
internal sealed class Call(Caller caller, CommandLine line, ParseResult parse)
{
    private IProcessManager? _manager;

    public Caller Caller { get; } = caller;

    public bool Json => Get(line.Json);

    public string? DataOption => Get(line.Data);

    public string? SocketOption => Get(line.Socket);

    public Location Location => Location.Find(Caller, DataOption, SocketOption);

    public IProcessManager Manager => _manager ??= Caller.Connect(Location.Socket);

    /// <summary>How many words follow <c>--</c>; null without it.</summary>
    public int? WordsAfterDashes =>
        parse.Tokens.Index().Where(token => token.Item.Type == TokenType.DoubleDash).Select(token => (int?)(parse.Tokens.Count - token.Index - 1)).FirstOrDefault();

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parse.GetValue(argument);

    /// <summary>Whether a manager answers. One that was named by its socket has to.</summary>
    public async Task<bool> HasDaemonAsync(CancellationToken cancellationToken)
    {
        if (SocketOption is null && !File.Exists(Location.Socket))
        {
            return false;
        }

        try
        {
            await Manager.GetHealthAsync(cancellationToken);
            return true;
        }
        catch (ProcessManagerException e) when (e.Code == ErrorCode.Unavailable && SocketOption is null)
        {
            // The socket file of one that was killed.
            return false;
        }
    }

    /// <summary>One document on one line.</summary>
    public void PrintJson<T>(T value) => Caller.Out.Line(JsonSerializer.Serialize(value, ProcessManagerJson.Options));

    public void Print(string text) => Caller.Out.Line(text);

    public void Note(string sentence) => Caller.Error.Line($"procman: {sentence}");

    /// <summary>What was done to <paramref name="infos"/>: a line each, or as JSON (an array, if several were asked for).</summary>
    public void Show(IReadOnlyList<ProcessInfo?> infos)
    {
        var known = infos.OfType<ProcessInfo>().ToList();
        if (!Json)
        {
            known.ForEach(info => Print($"{info.Id}  {State.Brief(info, Caller.Clock.GetUtcNow())}"));
        }
        else if (infos.Count > 1)
        {
            PrintJson(known);
        }
        else
        {
            known.ForEach(PrintJson);
        }
    }

    /// <summary>Says what went wrong, on the error stream; answers with the exit code.</summary>
    public int Report(ProcessManagerException error)
    {
        Caller.Error.Line(Json ? Problem.AsJson(error) : Problem.AsText(error));
        return ErrorTable.ExitCode(error.Code);
    }
}
