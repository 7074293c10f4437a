using System.Text;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class SpecFiles
{
    [Fact]
    public void A_file_gives_its_processes_ids_group_environment_and_paths()
    {
        var file = Bind(
            """
            {"name": "shop", "environment": {"STAGE": "dev", "PORT": 1}, "processes": {
              "db": {"command": "postgres", "environmentFile": "db.env", "workingDirectory": "data"},
              "api": {"command": "node", "environment": {"PORT": 2}, "stdin": {"file": "in.txt"}, "workingDirectory": "/abs"}}}
            """,
            directory: "/srv/shop").Value;
        file.Name.ShouldBe("shop");
        file.Processes.Select(spec => spec.Id!.Value.Value).ShouldBe(["shop.db", "shop.api"]);
        file.Processes.ShouldAllBe(spec => spec.Group == "shop");
        var (db, api) = (file.Processes[0], file.Processes[1]);
        db.WorkingDirectory.ShouldBe("/srv/shop/data");
        api.WorkingDirectory.ShouldBe("/abs");
        db.EnvironmentFile.ShouldBe("/srv/shop/db.env");
        api.Stdin.Path.ShouldBe("/srv/shop/in.txt");
        db.Environment["STAGE"].ShouldBe(new EnvironmentValue("dev"));
        db.Environment["PORT"].ShouldBe(new EnvironmentValue("1"));
        api.Environment["PORT"].ShouldBe(new EnvironmentValue("2"));
    }

    [Fact]
    public void Within_a_file_a_key_is_enough_to_depend_on() => Bind(
        """
        {"name": "shop", "processes": {
          "api": {"command": "x", "dependsOn": ["db", {"id": "shop.db", "condition": "started"}, "shop", {"id": "other.db", "optional": true}]},
          "db": {"command": "x"}}}
        """)
        .Value.Processes[0].DependsOn.Select(on => on.Id.Value).ShouldBe(["shop.db", "shop.db", "shop", "other.db"]);

    [Fact]
    public void A_file_without_a_name_takes_the_one_it_is_given()
    {
        const string Json = """{"processes": {"a": {"command": "x"}}}""";
        Bind(Json, "shop").Value.Processes[0].Id!.Value.Value.ShouldBe("shop.a");
        Bind(Json).Faults.ShouldHaveSingleItem().ToString().ShouldBe("name: is required");
    }

    [Theory]
    [InlineData("""{"name": "s"}""", "processes", "is required")]
    [InlineData("""{"name": "s", "processes": {}}""", "processes", "at least one")]
    [InlineData("""{"name": "s", "processes": {"a": null}}""", "processes.a", "must be a map, not null")]
    [InlineData("""{"name": "s", "processes": {"a b": {"command": "x"}}}""", "processes[\"a b\"]", "is not an id")]
    [InlineData("""{"name": "s/", "processes": {"a": {"command": "x"}}}""", "name", "is not an id")]
    [InlineData("""{"name": "s", "processes": {"a": {"command": "x", "id": "b"}}}""", "processes.a.id", "leave it out")]
    [InlineData("""{"name": "s", "processes": {"a": {"command": "x"}, "a": {"command": "y"}}}""", "processes.a", "is given twice")]
    [InlineData("""{"name": "s", "processes": {"a": {"command": "x", "stop": {"grace": "x"}}}}""", "processes.a.stop.grace", "not a duration")]
    [InlineData("""{"name": "s", "environment": {"PROCMAN_A": "x"}, "processes": {"a": {"command": "x"}}}""", "environment.PROCMAN_A", "reserved")]
    [InlineData("""{"name": "s", "services": 1, "processes": {"a": {"command": "x"}}}""", "services", "unknown key")]
    [InlineData("""{"name": "s", "processes": {"a": {"command": "x", "dependsOn": [{}]}}}""", "processes.a.dependsOn[0].id", "is required")]
    public void A_fault_has_its_whole_path(string json, string path, string message)
    {
        var fault = Bind(json).Faults.ShouldHaveSingleItem();
        fault.Path.ShouldBe(path);
        fault.Message.ShouldContain(message);
    }

    private static Bound<StackSpec> Bind(string json, string? name = null, string? directory = null) =>
        SpecBinder.File(SpecJson.Parse(Encoding.UTF8.GetBytes(json)), name, directory);
}
