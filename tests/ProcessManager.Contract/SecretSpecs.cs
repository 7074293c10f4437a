using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class SecretSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private const string Word = "s3cr3t-w0rd";

    private static readonly ProcessSpec Secretive = Scripts.Shell("echo ${#TOKEN} characters; exec sleep 1000") with
    {
        Environment = [new("TOKEN", new EnvironmentValue(Word, Secret: true)), new("PLAIN", "shown")],
    };

    [Fact]
    public async Task A_secret_reaches_the_child_and_is_never_shown()
    {
        var info = await StartSaying($"{Word.Length} characters", Secretive);

        var spec = await Manager.GetSpecAsync(info.Id, Cancel);
        var listed = await Manager.ListAsync(new ProcessQuery { OsPid = info.OsPid }, Cancel);
        var events = await EventsUntil(info.Id, EventType.Started);

        spec.Environment["TOKEN"].ShouldBe(new EnvironmentValue(null, Secret: true));
        spec.Environment["PLAIN"].ShouldBe(new EnvironmentValue("shown"));
        foreach (var shown in new object[] { info, spec, listed, events })
        {
            JsonSerializer.Serialize(shown).ShouldNotContain(Word);
            $"{shown}".ShouldNotContain(Word);
        }
    }

    [Fact]
    public async Task A_secret_that_is_sent_back_as_it_was_read_is_unchanged()
    {
        var info = await StartSaying($"{Word.Length} characters", Secretive);
        var read = await Manager.GetSpecAsync(info.Id, Cancel);

        (await Manager.PlanAsync(read, Cancel)).Effect.ShouldBe(UpdateEffect.Nothing);
        (await Manager.UpdateAsync(read with { Args = ["another"] }, cancellationToken: Cancel)).Command.ShouldBe(info.Command);

        await Until(info.Id, "its second run", now => now is { Run: 2, Phase: Phase.Running });
        await Patience.Until("the same secret again", () => Output(info.Id), output => output.Split($"{Word.Length} characters").Length == 3);
    }

    [Fact]
    public async Task A_secret_without_a_value_is_refused_where_there_is_none_to_keep()
    {
        var spec = Scripts.Sleeps with { Id = NewId(), Environment = [new("TOKEN", new EnvironmentValue(null, Secret: true))] };

        var error = await Refused(ErrorCode.InvalidSpec, () => Manager.CreateAsync(spec, cancellationToken: Cancel));

        error.Faults.ShouldHaveSingleItem().Path.ShouldContain("TOKEN");
    }

    [Fact]
    public async Task A_failure_does_not_tell_a_secret()
    {
        var error = await Refused(ErrorCode.CommandNotFound, () => Start(Secretive with { Command = "no-such-command", Shell = false }));

        error.ToString().ShouldNotContain(Word);
    }
}
