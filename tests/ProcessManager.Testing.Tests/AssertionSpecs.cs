using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests;

public sealed class AssertionSpecs : IDisposable
{
    private readonly FakeProcessManager _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public async Task What_ran_can_be_asserted_by_pattern_and_by_predicate()
    {
        await Run("git", "fetch");
        await Run("git", "merge", "--ff-only");
        await Run("git", "fetch");

        _processes.AssertRan("git merge *");
        _processes.AssertRan(spec => spec.Args.Contains("--ff-only"));
        _processes.AssertNotRan("git push*");
        _processes.AssertNotRan(spec => spec.Command == "svn");
        _processes.AssertRanTimes("git fetch", 2);
        _processes.AssertRanTimes(spec => spec.Command == "git", 3);
        _processes.AssertRanInOrder("git fetch", "git merge *", "git fetch");
        _processes.Started.Select(command => command.CommandLine).ShouldBe(["git fetch", "git merge --ff-only", "git fetch"]);
    }

    [Fact]
    public void Nothing_ran() => _processes.AssertNothingRan();

    [Fact]
    public async Task A_failure_names_what_was_expected_and_all_that_ran()
    {
        await Run("git", "fetch");
        await Run("npm", "ci");

        Failure(() => _processes.AssertRan("git push*")).ShouldSatisfyAllConditions(
            text => text.ShouldContain("`git push*` should have been started"),
            text => text.ShouldContain("1. git fetch"),
            text => text.ShouldContain("2. npm ci"));
        Failure(() => _processes.AssertNotRan("npm *")).ShouldContain("should not have been started");
        Failure(() => _processes.AssertRanTimes("git *", 2)).ShouldContain("2 times and was 1 times");
        Failure(() => _processes.AssertRanInOrder("npm *", "git *")).ShouldContain("`git *` should have been started as number 2");
        Failure(_processes.AssertNothingRan).ShouldContain("npm ci");
    }

    [Fact]
    public void A_failure_says_that_nothing_ran() => Failure(() => _processes.AssertRan("git *")).ShouldContain("nothing was");

    private static string Failure(Action assertion) => Should.Throw<FakeAssertionException>(assertion).Message;

    private Task<ProcessResult> Run(string command, params string[] args) => _processes.RunAsync(new ProcessSpec { Command = command, Args = [.. args] });
}
