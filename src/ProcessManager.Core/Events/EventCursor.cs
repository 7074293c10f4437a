using System.Globalization;

namespace ProcessManager;

/// <summary>A cursor is opaque to users; inside it is the event's position among all that the host told.</summary>
internal static class EventCursor
{
    public static string Format(long position) => position.ToString("x", CultureInfo.InvariantCulture);

    /// <exception cref="ProcessManagerException">InvalidSpec: not a cursor.</exception>
    public static long Parse(string cursor) =>
        cursor.Length == 0 ? 0
        : long.TryParse(cursor, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var position) && position >= 0 ? position
        : throw ProcessManagerException.Invalid([new Fault("after", $"\"{cursor}\" is not the cursor of an event.")]);
}
