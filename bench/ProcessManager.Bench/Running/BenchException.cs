namespace ProcessManager.Bench;

/// <summary>A section can't be measured; the message says why. The others go on.</summary>
internal sealed class BenchException(string message) : Exception(message);
