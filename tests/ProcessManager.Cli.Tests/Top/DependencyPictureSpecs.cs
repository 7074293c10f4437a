using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class DependencyPictureSpecs
{
    [Fact]
    public void Under_each_one_stand_those_that_wait_for_it()
    {
        var infos = new[] { InMemoryManager.Info("api", Phase.Waiting), InMemoryManager.Info("cache"), InMemoryManager.Info("db"), InMemoryManager.Info("web", Phase.Waiting) };
        var dependencies = new Dictionary<ProcessId, ValueList<Dependency>>
        {
            [Id("api")] = [new(Id("db"), DependencyCondition.Healthy), new(Id("cache")), new(Id("gone"))],
            [Id("web")] = [new(Id("api"))],
        };

        DependencyPicture.Of(infos, dependencies, id => id.Value).ShouldBe(
            """
            cache  Running
            └─ api  Waiting
               └─ web  Waiting
            db  Running
            └─ api  Waiting  once Healthy  (see above)
            gone  not there
            └─ api  Waiting  (see above)
            """);
    }

    [Fact]
    public void Without_any_there_is_nothing_to_see() =>
        DependencyPicture.Of([InMemoryManager.Info("one")], new Dictionary<ProcessId, ValueList<Dependency>>(), id => id.Value).ShouldBeEmpty();

    private static ProcessId Id(string text) => ProcessId.Parse(text);
}
