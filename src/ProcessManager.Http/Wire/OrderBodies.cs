namespace ProcessManager.Http;

/// <summary>The body of stop and restart. All of it may be absent, and so may the body.</summary>
internal sealed record StopBody(TimeSpan? Grace);

/// <summary>The body of signal.</summary>
internal sealed record SignalBody(Signal Signal, bool Tree = false);

/// <summary>The body of wait.</summary>
internal sealed record WaitBody(WaitFor For = WaitFor.Terminated, int? Run = null, TimeSpan? Timeout = null);

/// <summary>The body of <c>POST /v1/run</c>: the spec, and its standard input as text or, for other bytes, as base64.</summary>
internal sealed record RunBody(ProcessSpec Spec, string? Input = null, byte[]? InputBase64 = null);
