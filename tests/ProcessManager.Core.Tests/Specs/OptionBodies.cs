using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class OptionBodies
{
    [Fact]
    public void An_empty_body_is_the_default()
    {
        SpecBinder.Stop(Json("")).Value.ShouldBe(new StopOptions());
        SpecBinder.Wait(Json("null")).Value.ShouldBe(new WaitOptions());
    }

    [Fact]
    public void What_a_client_writes_is_read_back()
    {
        var stop = new StopOptions { Grace = TimeSpan.FromSeconds(1.5), Wait = true };
        SpecBinder.Stop(Written(stop)).Value.ShouldBe(stop);
        SpecBinder.Stop(Written(new StopOptions())).Value.ShouldBe(new StopOptions());
        var wait = new WaitOptions { For = WaitFor.Ready, Run = 3, Timeout = TimeSpan.FromMinutes(1) };
        SpecBinder.Wait(Written(wait)).Value.ShouldBe(wait);
        var signal = new SignalRequest(Signal.Hup, Tree: true);
        SpecBinder.Signal(Written(signal)).Value.ShouldBe(signal);
        var scope = new SyncScope { Group = "shop", Labels = [new("a", "b")], Known = [ProcessId.Parse("shop.a")] };
        SpecBinder.Sync(Written(scope)).Value.ShouldBe(scope);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_path()
    {
        SpecBinder.Stop(Json("""{"grace": "-5s"}""")).Faults.ShouldHaveSingleItem().Path.ShouldBe("grace");
        SpecBinder.Stop(Json("""{"gracee": "5s"}""")).Faults.ShouldHaveSingleItem().Message.ShouldContain("`grace`");
        SpecBinder.Wait(Json("""{"for": "godot", "timeout": 0, "run": 0}""")).Faults.Select(fault => fault.Path).ShouldBe(["for", "run", "timeout"]);
        SpecBinder.Signal(Json("{}")).Faults.ShouldHaveSingleItem().ToString().ShouldBe("signal: is required");
        SpecBinder.Sync(Json("""{"ids": ["../x"]}""")).Faults.Select(fault => fault.Path).ShouldBe(["ids[0]", ""]);
        SpecBinder.Run(Json("""{"command": "cat", "input": {"base64": "?"}}""")).Faults.ShouldHaveSingleItem().Path.ShouldBe("input.base64");
        Should.Throw<ProcessManagerException>(() => SpecBinder.Signal(Json("[]")).Value).Code.ShouldBe(ErrorCode.InvalidSpec);
    }

    private static SpecNode Json(string text) => SpecJson.Parse(Encoding.UTF8.GetBytes(text));

    private static SpecNode Written<T>(T value) => SpecJson.Parse(JsonSerializer.SerializeToUtf8Bytes(value, ProcessManagerJson.Options));
}
