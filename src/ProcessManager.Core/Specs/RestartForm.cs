using System.Globalization;
using System.Text.Json;

namespace ProcessManager;

/// <summary><c>restart: {when, max, window, delay, maxDelay, factor, jitter, resetAfter, successExitCodes, preventExitCodes, unknownIs}</c>.</summary>
internal static class RestartForm
{
    /// <param name="otherwise">What isn't said.</param>
    public static RestartPolicy? Read(Field field, RestartPolicy otherwise)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var policy = new RestartPolicy
        {
            When = map.Value("when", f => f.Choice<RestartWhen>(), otherwise.When),
            Max = map.OrUnlimited("max", f => f.Integer(), otherwise.Max),
            Window = map.OrUnlimited("window", f => f.Duration(), otherwise.Window),
            Delay = map.Value("delay", f => f.Duration(), otherwise.Delay),
            MaxDelay = map.Value("maxDelay", f => f.Duration(), otherwise.MaxDelay),
            Factor = map.Value("factor", f => f.Number(), otherwise.Factor),
            Jitter = map.Value("jitter", Part, otherwise.Jitter),
            ResetAfter = map.Value("resetAfter", f => f.Duration(), otherwise.ResetAfter),
            SuccessExitCodes = map.Object("successExitCodes", f => f.Integers(), otherwise.SuccessExitCodes),
            PreventExitCodes = map.Object("preventExitCodes", f => f.Integers(), otherwise.PreventExitCodes),
            UnknownIs = map.Value("unknownIs", f => f.Choice<UnknownEnd>(), otherwise.UnknownIs),
        };
        map.End();
        return policy;
    }

    public static void Write(Utf8JsonWriter writer, RestartPolicy policy)
    {
        writer.WriteStartObject();
        writer.WriteString("when"u8, Spelling.Of(policy.When));
        if (policy.Max is { } max)
        {
            writer.WriteNumber("max"u8, max);
        }
        else
        {
            writer.WriteString("max"u8, "unlimited"u8);
        }

        writer.WriteString("window"u8, policy.Window is { } window ? Durations.Format(window) : "unlimited");
        writer.WriteString("delay"u8, Durations.Format(policy.Delay));
        writer.WriteString("maxDelay"u8, Durations.Format(policy.MaxDelay));
        writer.WriteNumber("factor"u8, policy.Factor);
        writer.WriteNumber("jitter"u8, policy.Jitter);
        writer.WriteString("resetAfter"u8, Durations.Format(policy.ResetAfter));
        JsonParts.Integers(writer, "successExitCodes", policy.SuccessExitCodes);
        JsonParts.Integers(writer, "preventExitCodes", policy.PreventExitCodes);
        writer.WriteString("unknownIs"u8, Spelling.Of(policy.UnknownIs));
        writer.WriteEndObject();
    }

    /// <summary>0.25 or "25%".</summary>
    private static double? Part(Field field)
    {
        if (field.Node is { Kind: SpecNodeKind.Text, Text: [.. var percent, '%'] })
        {
            return double.TryParse(percent.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var hundredths) && double.IsFinite(hundredths)
                ? hundredths / 100
                : field.RefuseValue<double>("a number from 0 to 1, or a percentage, as \"25%\"");
        }

        return field.Number();
    }
}
