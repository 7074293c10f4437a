namespace ProcessManager.Testing;

/// <summary>What a test expected to have run, or not, and what did.</summary>
public sealed class FakeAssertionException(string message) : Exception(message);
