namespace ProcessManager;

/// <summary>The body of a run: a spec's fields and <c>input</c>, which is text or <c>{"base64": "…"}</c>.</summary>
public sealed record RunRequest(ProcessSpec Spec, ReadOnlyMemory<byte>? Input);

/// <summary>The body of a signal: <c>{signal, tree}</c>.</summary>
public sealed record SignalRequest(Signal Signal, bool Tree = false);

/// <summary>The body of scaling: <c>{replicas}</c>.</summary>
public sealed record ScaleRequest(int Replicas);

/// <summary>The body of saving a process as a template: <c>{from, runOnStartup}</c>.</summary>
public sealed record TemplateSource(ProcessId From, bool RunOnStartup = false);

/// <summary>A file of processes: its name, which is their group, and their specs with the ids <c>&lt;name&gt;.&lt;key&gt;</c>, in order.</summary>
public sealed record SpecFile(string Name, IReadOnlyList<ProcessSpec> Processes);
