using System.Text;

namespace ProcessManager.Cluster.Tests;

public sealed class MachineDoorSpecs
{
    private static readonly ProcessId Id = ProcessId.Parse("a");
    private static readonly Epoch First = new(1, 1);

    [Fact]
    public async Task Output_is_read_from_anywhere_while_it_is_written_until_the_run_is_terminated()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);
        var (here, there) = (cluster.Silos[0], cluster.Silos[1]);
        var gate = Path.Combine(cluster.DirectoryOf(there.Name), "gate");
        var script = $"echo one; while ! [ -e {gate} ]; do sleep 0.05; done; echo two; yes | head -c 600000";
        await NodeCluster.DoorsOf(here).HandOverAsync(there.Name, Id, First, new SupervisorCommand.Spawn(Specs.Shell(script)));
        await cluster.Processes.ChildOfAsync(Id);
        var door = cluster.Client.GetGrain<INodeDoorGrain>(there.Name);
        var session = (await door.OpenLogsAsync(Id, new LogQuery { Follow = true })).Unwrap();

        var read = new StringBuilder();
        long page = 0;
        while (read.Length < 4)
        {
            Add(read, (await door.NextLogsAsync(session, page++)).Unwrap());
        }

        read.ToString().ShouldBe("one\n");
        await File.WriteAllTextAsync(gate, "");
        await NodeCluster.UntilAsync(() => cluster.Processes.ReportsOf(Id).OfType<SupervisorReport.Exited>().Any(), () => $"It runs: {string.Join(", ", cluster.Processes.ReportsOf(Id))}");
        cluster.Processes.Terminated.GetOrAdd(Id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        for (var ended = false; !ended;)
        {
            var got = (await door.NextLogsAsync(session, page)).Unwrap();
            (await door.NextLogsAsync(session, page++)).Unwrap().Chunks.Count.ShouldBe(got.Chunks.Count, "Asked again for a page it answers the same.");
            got.Chunks.Sum(chunk => chunk.Bytes.Length).ShouldBeLessThan(1 << 20);
            Add(read, got);
            ended = got.Ended;
        }

        read.Length.ShouldBe("one\ntwo\n".Length + 600_000);
        await door.CloseLogsAsync(session);
        (await door.NextLogsAsync(session, page)).Error!.Code.ShouldBe(ErrorCode.Unavailable);
    }

    [Fact]
    public async Task What_is_wrong_with_a_query_is_answered_with_its_code()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);

        var answer = await cluster.Client.GetGrain<INodeDoorGrain>(cluster.Silos[1].Name).OpenLogsAsync(Id, new LogQuery { Grep = "(" });

        answer.Error!.Code.ShouldBe(ErrorCode.InvalidSpec);
        answer.Faults!.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Input_status_metrics_and_output_of_a_process_are_reached_on_its_node()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);
        var there = cluster.Silos[1];
        var door = cluster.Client.GetGrain<INodeDoorGrain>(there.Name);
        var spec = Specs.Shell("read line; echo \"got $line\"; exec sleep 600") with { Stdin = new StdinSpec { Mode = StdinMode.Pipe } };
        await NodeCluster.DoorsOf(cluster.Silos[0]).HandOverAsync(there.Name, Id, First, new SupervisorCommand.Spawn(spec));
        var child = await cluster.Processes.ChildOfAsync(Id);

        (await door.StatusAsync(child)).Unwrap().State.ShouldNotBe(OsState.Terminated);
        (await door.MeasureAsync([Id, ProcessId.Parse("other")], withDescriptors: true)).Unwrap().Keys.ShouldBe(["a"]);
        (await door.WriteStdinAsync(Id, First, "hello\n"u8.ToArray(), close: true)).Unwrap().ShouldBeTrue();
        await NodeCluster.UntilAsync(
            () => NodeCluster.NodeOf(there).Machine.ReadOutput(Id, First).Output.Length > 0, () => "It wrote nothing.");
        (await door.ReadOutputAsync(Id, First)).Unwrap().Output.ShouldBe("got hello\n");
        (await door.WriteStdinAsync(Id, new Epoch(9, 9), [1], close: false)).Error!.Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public async Task Input_of_a_command_is_kept_where_it_is_to_run()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);
        var door = cluster.Client.GetGrain<INodeDoorGrain>(cluster.Silos[1].Name);

        var path = (await door.PutInputAsync("text"u8.ToArray())).Unwrap();

        (await File.ReadAllTextAsync(path)).ShouldBe("text");
        (await door.DropInputAsync("/etc/passwd")).Unwrap().ShouldBeFalse();
        (await door.DropInputAsync(path)).Unwrap().ShouldBeTrue();
        File.Exists(path).ShouldBeFalse();
    }

    private static void Add(StringBuilder text, LogPage page)
    {
        foreach (var chunk in page.Chunks)
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
    }
}
