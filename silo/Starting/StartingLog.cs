using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ProcessManager.Silo;

/// <summary>What is logged, on stderr. A start that fails is told in one line of its own; what the libraries say on the way there says it many times.</summary>
internal sealed class StartingLog(LogLevel? wanted)
{
    private readonly LogLevel _least = wanted ?? LogLevel.Warning;
    private volatile bool _started;

    /// <summary>From now on warnings are logged.</summary>
    public void Started() => _started = true;

    public void AddTo(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(_least);
        logging.AddFilter(level => level >= _least && (wanted is not null || _started));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        // Our own output is for whoever waits for the line that says ready.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
