namespace ProcessManager.Cli;

/// <summary>What a key asks of the world outside of the screen.</summary>
internal enum TopAsk
{
    Start,
    Stop,
    Restart,
    Kill,
    Suspend,
    Resume,
    Quit,
}

/// <param name="Id">Which process; null for the verbs that are about none.</param>
internal sealed record TopRequest(TopAsk Verb, ProcessId? Id = null);
