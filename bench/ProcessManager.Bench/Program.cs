using System.Globalization;
using System.Runtime.InteropServices;
using ProcessManager.Bench;

if (args is [ForeignLoop.Verb, var count, var width])
{
    return await ForeignLoop.RunAsync(int.Parse(count, CultureInfo.InvariantCulture), int.Parse(width, CultureInfo.InvariantCulture));
}

ISection[] sections = [new SpawnExit(), new DurableLifecycle(), new ManyChildren(), new CrashReplaced(), new Probes(), new LogCapture(), new DaemonStart(), new Peers()];
if (BenchOptions.Parse(args) is not { } options || options.Only.Except(sections.Select(section => section.Name)).Any())
{
    Console.Error.WriteLine($"{BenchOptions.Usage}\nsections: {string.Join(", ", sections.Select(section => section.Name))}");
    return 2;
}

var interrupted = 0L;
using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await Run.AllAsync(sections, options, interruption.Token);

void Interrupt(PosixSignalContext signal)
{
    // What was started is ended first; a second time ends us at once. (`dotnet run` hands on a SIGTERM that its whole group got anyhow.)
    signal.Cancel = !interruption.IsCancellationRequested || TimeProvider.System.GetElapsedTime(interrupted) < TimeSpan.FromSeconds(1);
    if (!interruption.IsCancellationRequested)
    {
        interrupted = TimeProvider.System.GetTimestamp();
        interruption.Cancel();
    }
}
