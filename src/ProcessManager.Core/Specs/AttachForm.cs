using System.Text.Json;

namespace ProcessManager;

/// <summary>An attach's body.</summary>
internal static class AttachForm
{
    public static AttachRequest Read(MapReader map, FaultList faults)
    {
        var osPid = map.Require("osPid")?.Integer() ?? 1;
        return new AttachRequest(osPid, SpecForm.Read(map, needsCommand: false));
    }

    public static void Write(Utf8JsonWriter writer, AttachRequest attach)
    {
        writer.WriteStartObject();
        writer.WriteNumber("osPid"u8, attach.OsPid);
        if (attach.Spec is { } spec)
        {
            SpecForm.Write(writer, spec);
        }

        writer.WriteEndObject();
    }
}
