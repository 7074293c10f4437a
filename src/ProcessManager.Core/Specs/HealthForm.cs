using System.Text.Json;

namespace ProcessManager;

/// <summary><c>health: {startup, liveness, readiness}</c>, or one probe alone, which is the readiness probe.</summary>
internal static class HealthForm
{
    private static readonly string[] Alone = ["http", "tcp", "command"];

    public static HealthSpec? Read(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        HealthSpec? health;
        if (field.Node.Entries.Any(entry => Alone.Contains(entry.Key, StringComparer.Ordinal)))
        {
            health = ProbeForm.Read(map) is { } readiness ? new HealthSpec { Readiness = readiness } : null;
        }
        else
        {
            health = new HealthSpec
            {
                Startup = map.Object("startup", ProbeForm.Read),
                Liveness = map.Object("liveness", ProbeForm.Read),
                Readiness = map.Object("readiness", ProbeForm.Read),
            };
        }

        map.End();
        return health == new HealthSpec() ? null : health;
    }

    public static void Write(Utf8JsonWriter writer, HealthSpec? health)
    {
        if (health is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("startup"u8);
        ProbeForm.Write(writer, health.Startup);
        writer.WritePropertyName("liveness"u8);
        ProbeForm.Write(writer, health.Liveness);
        writer.WritePropertyName("readiness"u8);
        ProbeForm.Write(writer, health.Readiness);
        writer.WriteEndObject();
    }
}
