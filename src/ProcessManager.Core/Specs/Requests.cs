namespace ProcessManager;

/// <summary>The body of a run: a spec's fields and <c>input</c>, which is text or <c>{"base64": "…"}</c>.</summary>
public sealed record RunRequest(ProcessSpec Spec, ReadOnlyMemory<byte>? Input);

/// <summary>The body of a signal: <c>{signal, tree}</c>.</summary>
public sealed record SignalRequest(Signal Signal, bool Tree = false);

/// <summary>The body of scaling: <c>{replicas}</c>.</summary>
public sealed record ScaleRequest(int Replicas);

/// <summary>The body of saving a process as a template: <c>{from, runOnStartup}</c>.</summary>
public sealed record TemplateSource(ProcessId From, bool RunOnStartup = false);

/// <summary>The body of a start of many: <c>{processes: [spec]}</c>.</summary>
public sealed record StartManyRequest(ValueList<ProcessSpec> Processes);

/// <summary>The body of a start of all: <c>{all | group, labels, ids}</c>; of a stop of all also <c>timeout</c> and <c>force</c>.</summary>
public sealed record SelectionRequest(ProcessSelection Selection, StopAllOptions Options);
