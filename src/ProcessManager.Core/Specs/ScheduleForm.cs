using System.Text.Json;

namespace ProcessManager;

/// <summary><c>schedule: {cron, timeZone}</c> or <c>{every}</c>; text alone is a cron expression.</summary>
internal static class ScheduleForm
{
    public static ScheduleSpec? Read(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.Text)
        {
            return new ScheduleSpec { Cron = field.Text() };
        }

        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var schedule = new ScheduleSpec
        {
            Cron = map.Text("cron"),
            Every = map.Value("every", f => f.Duration()),
            TimeZone = map.Text("timeZone"),
        };
        map.End();
        return schedule;
    }

    public static void Write(Utf8JsonWriter writer, ScheduleSpec? schedule)
    {
        if (schedule is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("cron"u8, schedule.Cron);
        JsonParts.Duration(writer, "every", schedule.Every);
        writer.WriteString("timeZone"u8, schedule.TimeZone);
        writer.WriteEndObject();
    }
}
