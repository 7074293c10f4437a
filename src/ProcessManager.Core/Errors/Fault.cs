namespace ProcessManager;

/// <summary>One thing that is wrong with an input, and where: <c>processes.api.stop.grace</c>, <c>args[2]</c>.</summary>
public sealed record Fault(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
