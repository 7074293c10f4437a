namespace ProcessManager.Testing;

/// <summary>A command was started that no stub describes. Not one of the manager's own errors, so that no code under test takes it for one.</summary>
public sealed class StrayCommandException(string message) : Exception(message);
