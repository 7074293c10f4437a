using System.Text.Json;

namespace ProcessManager;

/// <summary>The bodies that are about pools.</summary>
internal static class PoolForm
{
    /// <summary><c>{concurrency}</c>; the name is in the address.</summary>
    public static PoolSpec Pool(MapReader map, string name) => new()
    {
        Name = name,
        Concurrency = map.Value("concurrency", f => f.Integer(), PoolSpec.DefaultConcurrency),
    };

    /// <summary><c>{jobs: [{key, priority, a spec's fields, retryAttempts, retryDelay}]}</c>.</summary>
    public static PoolJobs Jobs(MapReader map) => new(map.Require("jobs")?.Items(Job) ?? []);

    public static void Write(Utf8JsonWriter writer, PoolJobs jobs)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("jobs"u8);
        foreach (var job in jobs.Jobs)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, job.Key);
            writer.WriteNumber("priority"u8, job.Priority);
            SpecForm.Write(writer, job.Spec);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static PoolJob? Job(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var job = new PoolJob { Key = map.Text("key"), Priority = map.Value("priority", f => f.Integer(), 0), Spec = RetryForm.Read(map) };
        map.End();
        return job;
    }
}
