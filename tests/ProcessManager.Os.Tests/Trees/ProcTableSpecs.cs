using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class ProcTableSpecs
{
    [Fact]
    public async Task A_process_is_seen_in_the_middle_of_an_exec()
    {
        await using var machine = new Machine();
        var script = Path.Combine(machine.Root, "again");
        await File.WriteAllTextAsync(script, "[ $1 -gt 0 ] || exec sleep 1000; exec /bin/sh \"$0\" $(($1 - 1))\n");
        var pid = await machine.StartAsync("a", new ProcessSpec { Command = "/bin/sh", Args = [script, "500"] });
        while (!(await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Contains("sleep", StringComparison.Ordinal))
        {
            // A table that hasn't seen it yet, as the one of a manager that has just begun.
            var table = new ProcTable(machine.Home.ManagerId);
            table.Read(new PidSpan(pid, pid));
            table.Rows.ToArray().Single().Mark.ShouldNotBeNull().Id.Value.ShouldBe("a");
        }

        await machine.EndAsync("a");
    }
}
