using System.Globalization;

namespace ProcessManager;

/// <summary>How times are written, in JSON and in sentences.</summary>
internal static class TimeText
{
    public const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);
}
