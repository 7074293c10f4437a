using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class ConcurrentlySpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task All_run_at_once_and_each_result_is_found_by_its_key()
    {
        // None of them ends before all of them have begun.
        var all = Enumerable.Range(0, 5).ToDictionary(number => $"k{number}", number => Scripts.Shell(
            "echo > began-$1; while [ $(ls began-* | wc -l) -lt 5 ]; do sleep 0.02; done; echo $1; exit $1") with
        {
            Args = [$"{number}"],
            WorkingDirectory = Directory,
            Timeout = Patience.Limit,
        });

        var results = await Manager.ConcurrentlyAsync(all, Cancel);

        results.Keys.ShouldBe(all.Keys, ignoreOrder: true);
        results.ShouldAllBe(result => "k" + result.Value.Output == result.Key + "\n" && $"k{result.Value.ExitCode}" == result.Key);
    }

    [Fact]
    public async Task One_that_cannot_start_or_runs_past_its_time_fails_alone()
    {
        var results = await Manager.ConcurrentlyAsync(
            new Dictionary<string, ProcessSpec>
            {
                ["good"] = Scripts.Shell("echo good"),
                ["missing"] = new() { Command = "no-such-command" },
                ["late"] = Scripts.Sleeps with { Timeout = TimeSpan.FromMilliseconds(300) },
            },
            Cancel);

        results["good"].Output.ShouldBe("good\n");
        (results["missing"].Reason, results["missing"].Error!.Code).ShouldBe((EndReason.StartFailed, ErrorCode.CommandNotFound));
        Should.Throw<ProcessManagerException>(results["missing"].EnsureSuccess).Code.ShouldBe(ErrorCode.CommandNotFound);
        results["late"].Reason.ShouldBe(EndReason.TimedOut);
    }

    [Fact]
    public async Task A_wrong_spec_is_named_by_its_key_and_nothing_is_started()
    {
        var error = await Refused(ErrorCode.InvalidSpec, () => Manager.ConcurrentlyAsync(
            new Dictionary<string, ProcessSpec>
            {
                ["good"] = Scripts.Appends("ran") with { WorkingDirectory = Directory },
                ["bad"] = new() { Command = "" },
            },
            Cancel));

        error.Faults.ShouldContain(fault => fault.Path == "bad.command");
        File.Exists(Path.Combine(Directory, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_ends_all_of_them()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var ids = new[] { NewId(), NewId() };
        var running = Manager.ConcurrentlyAsync(ids.ToDictionary(id => id.Value, id => Scripts.Sleeps with { Id = id }), cancel.Token);
        await Task.WhenAll(ids.Select(id => Patience.Until($"{id} runs", () => Look(id), phase => phase == Phase.Running)));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await Task.WhenAll(ids.Select(id => Until(id, "is down", info => info.IsDown())));
    }

    private async Task<Phase?> Look(ProcessId id)
    {
        try
        {
            return (await Manager.GetAsync(id, Cancel)).Phase;
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
        {
            return null;
        }
    }
}
