using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests.Documentation;

public sealed class DocumentSpecs
{
    [Fact]
    public void The_example_of_the_document_is_the_one_that_runs_here()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests/ProcessManager.Testing.Tests/Documentation/ReleaseTests.cs"));
        var example = source[(source.IndexOf("// <example>", StringComparison.Ordinal) + 13)..source.IndexOf("// </example>", StringComparison.Ordinal)];

        File.ReadAllText(Path.Combine(Repository.Root, "docs/testing.md")).ShouldContain(example);
    }
}
