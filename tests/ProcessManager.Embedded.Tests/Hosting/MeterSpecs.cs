using ProcessManager.Contract;
using ProcessManager.Embedded.Tests.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests.Hosting;

public sealed class MeterSpecs(EmbeddedHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_process_that_is_younger_than_the_last_pass_is_measured_too()
    {
        var id = NewId();
        var query = new ProcessQuery { Group = id.Value, WithMetrics = true };
        await Manager.ListAsync(query, Cancel);

        await Start(Scripts.Sleeps with { Id = id, Group = id.Value });

        (await Manager.ListAsync(query, Cancel)).Items.ShouldHaveSingleItem().Metrics.ShouldNotBeNull().MemoryBytes.ShouldBeGreaterThan(0);
    }
}
