using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Tests that count what this process holds run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
