using System.Globalization;
using Npgsql;

namespace ProcessManager.Bench;

/// <summary>CPU time, which says more than a stopwatch on a machine that is busy with other things.</summary>
internal static class Cpu
{
    private const double TicksPerSecond = 100;

    /// <summary>Of this process, with all silos and the app in it; without children.</summary>
    public static TimeSpan Own() => Environment.CpuUsage.TotalTime;

    /// <summary>Of the processes of a database server that are there now: connections are kept, so those that count are.</summary>
    public static TimeSpan OfDatabase(string database)
    {
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT pid FROM pg_stat_activity", connection);
        using var rows = command.ExecuteReader();
        var ticks = 0L;
        while (rows.Read())
        {
            ticks += Ticks(rows.GetInt32(0));
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private static long Ticks(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It ended meanwhile.
        }
    }
}
