namespace ProcessManager;

/// <summary>Specs of what is common, with the fields that its <see cref="ProcessPattern"/> fills in; the rest with <c>with</c>.</summary>
public static class ProcessPatterns
{
    /// <summary>As <see cref="ProcessPattern.WebServer"/>.</summary>
    /// <param name="healthInterval">30 s when absent.</param>
    public static ProcessSpec WebServer(
        string command, ValueList<string> args, int port, string healthPath = "/health", TimeSpan? healthInterval = null)
    {
        var pattern = new ProcessPattern.WebServer(port) { HealthPath = healthPath };
        return Spec(command, args, pattern with { HealthInterval = healthInterval ?? pattern.HealthInterval });
    }

    /// <summary>As <see cref="ProcessPattern.Database"/>.</summary>
    /// <param name="startupTime">10 s when absent.</param>
    public static ProcessSpec Database(
        string command, ValueList<string> args, int port, string host = "localhost", TimeSpan? startupTime = null)
    {
        var pattern = new ProcessPattern.Database(port) { Host = host };
        return Spec(command, args, pattern with { StartupTime = startupTime ?? pattern.StartupTime });
    }

    /// <summary>As <see cref="ProcessPattern.Worker"/>.</summary>
    /// <param name="healthCommand">A shell line that succeeds while it is well; null: nobody asks.</param>
    public static ProcessSpec Worker(
        string command, ValueList<string> args, string? healthCommand = null, bool restartOnCrash = true, int maxRestarts = 3) =>
        Spec(command, args, new ProcessPattern.Worker { HealthCommand = healthCommand, RestartOnCrash = restartOnCrash, MaxRestarts = maxRestarts });

    /// <summary>As <see cref="ProcessPattern.BlockchainNode"/>.</summary>
    /// <param name="startupTime">60 s when absent.</param>
    /// <param name="grace">60 s when absent.</param>
    public static ProcessSpec BlockchainNode(
        string command, ValueList<string> args, int port, TimeSpan? startupTime = null, TimeSpan? grace = null)
    {
        var pattern = new ProcessPattern.BlockchainNode(port);
        return Spec(command, args, pattern with { StartupTime = startupTime ?? pattern.StartupTime, Grace = grace ?? pattern.Grace });
    }

    private static ProcessSpec Spec(string command, ValueList<string> args, ProcessPattern pattern) =>
        PatternRules.Fill(new ProcessSpec { Command = command, Args = args }, pattern);
}
