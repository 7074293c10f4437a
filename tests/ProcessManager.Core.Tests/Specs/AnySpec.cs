using FsCheck;
using FsCheck.Fluent;

namespace ProcessManager.Tests;

/// <summary>Valid specs of every shape.</summary>
internal static class AnySpec
{
    private static readonly Gen<string> Text = Gen.Elements(
            "", "a b", "\"quoted\"", "line\nbreak", "ü€😀", "$HOME", "null", "true", "8080", "022", "unlimited", "<&>'\\", "{\"secret\": true}", "\u0001\t")
        .Or(Gen.Choose(32, 0x2FF).Select(c => (char)c).ArrayOf().Select(chars => new string(chars)));

    private static readonly Gen<string> Name = Gen.Elements("a", "B_1", "tier", "x.y", "p-q", "ü", "with space", "null", "[0]");

    private static readonly Gen<string> Word = Gen.Elements("www-data", "1000", "root", "a");

    private static readonly Gen<TimeSpan> Duration =
        Gen.Elements(1L, 15_000_000L, 6_000_000_000L, 36_000_000_000L, 1_234_567L).Select(TimeSpan.FromTicks)
            .Or(Gen.Choose(1, int.MaxValue).Select(ms => TimeSpan.FromMilliseconds(ms)));

    private static readonly Gen<EnvironmentValue?> Value = Gen.OneOf(
        Text.Select(text => (EnvironmentValue?)new EnvironmentValue(text)),
        Text.Select(text => (EnvironmentValue?)new EnvironmentValue(text, Secret: true)),
        Gen.Constant((EnvironmentValue?)new EnvironmentValue(null, Secret: true)),
        Gen.Constant((EnvironmentValue?)null));

    private static readonly Gen<ResourceLimit> Limit = Gen.OneOf(
        Gen.Choose(0, 5000).Select(n => new ResourceLimit(n, n)),
        Gen.Choose(0, 5000).Select(n => new ResourceLimit(n, n + 1)),
        Gen.Choose(0, 5000).Select(n => new ResourceLimit(n, null)),
        Gen.Constant(new ResourceLimit(null, null)),
        Gen.Constant(new ResourceLimit(0, long.MaxValue)));

    private static readonly Gen<StdinSpec> Stdin = Gen.OneOf(
        Gen.Constant(new StdinSpec()),
        Gen.Constant(new StdinSpec { Mode = StdinMode.Pipe }),
        Text.Select(text => new StdinSpec { Mode = StdinMode.Text, Text = text }),
        Gen.Constant(new StdinSpec { Mode = StdinMode.File, Path = "/etc/hosts" }));

    private static readonly Gen<EnvironmentInheritance?> Inheritance = Gen.Elements(
        null, EnvironmentInheritance.All, EnvironmentInheritance.None, new EnvironmentInheritance { Names = ["PATH", "LC_*"] });

    private static readonly Gen<StopSpec> Stop =
        from signal in Gen.Choose(1, 64)
        from grace in Duration.Or(Gen.Constant(TimeSpan.Zero))
        from command in Gen.Elements(null, "nginx -s quit")
        from mode in Gen.Elements(Enum.GetValues<KillMode>())
        select new StopSpec { Signal = new Signal(signal), Grace = grace, Command = command, KillMode = mode };

    private static readonly Gen<Dependency> Dependency =
        from id in Gen.Elements("db", "shop.cache", "migrate").Select(ProcessId.Parse)
        from condition in Maybe(Gen.Elements(Enum.GetValues<DependencyCondition>()))
        from timeout in Maybe(Duration)
        from optional in Gen.Elements(true, false)
        from codes in Gen.Choose(0, 255).ArrayOf()
        from pattern in Gen.Elements("ready", "port [0-9]+ is \"open\"", "ü")
        select new Dependency
        {
            Id = id,
            Condition = condition,
            Timeout = timeout,
            Optional = optional,
            ExitCodes = condition == DependencyCondition.CompletedSuccessfully ? [.. codes] : [],
            Pattern = condition == DependencyCondition.LogLine ? pattern : null,
        };

    private static readonly Gen<RestartPolicy> Restart =
        from max in Maybe(Gen.Choose(0, 100))
        from window in Maybe(Duration)
        from delay in Duration
        from more in Duration
        from when in Gen.Elements(Enum.GetValues<RestartWhen>())
        from unknown in Gen.Elements(Enum.GetValues<UnknownEnd>())
        from factor in Gen.Choose(0, 1000).Select(n => 1 + (n / 7.0))
        from jitter in Gen.Choose(0, 7).Select(n => n / 7.0)
        from codes in Gen.Choose(0, 255).ArrayOf()
        select new RestartPolicy
        {
            When = when,
            Max = max,
            Window = window,
            Delay = delay,
            MaxDelay = delay + more,
            ResetAfter = more,
            Factor = factor,
            Jitter = jitter,
            UnknownIs = unknown,
            SuccessExitCodes = [.. codes],
            PreventExitCodes = [.. codes.Take(2)],
        };

    private static readonly Gen<ProcessPattern?> Pattern =
        from port in Gen.Choose(1, 65535)
        from time in Duration
        from command in Gen.Elements(null, "test -e up")
        from often in Gen.Choose(0, 10)
        from pattern in Gen.Elements<ProcessPattern?>(
            null,
            new ProcessPattern.WebServer(port) { HealthPath = "/up", HealthInterval = time },
            new ProcessPattern.Database(port) { Host = "::1", StartupTime = time },
            new ProcessPattern.Worker { HealthCommand = command, RestartOnCrash = often > 5, MaxRestarts = often },
            new ProcessPattern.BlockchainNode(port) { StartupTime = time, Grace = time })
        select pattern;

    private static readonly Gen<ProbeTarget> Target = Gen.OneOf(
        Text.SelectMany(text => Gen.Elements<ProbeTarget>(
            new ProbeTarget.Http("http://localhost:8080/health?a=b"),
            new ProbeTarget.Http("https://[::1]/") { Method = "HEAD", SkipTls = true, ExpectedStatus = [204, 503], Headers = [new("X-Check", "a b")] },
            new ProbeTarget.Http("http://db") { Contains = text.Length is 0 or > 4000 ? "x" : text },
            new ProbeTarget.Command("./check") { Args = [text, ""], ExpectedExitCode = 3 },
            new ProbeTarget.Command("test -e x") { Shell = true })),
        Gen.Choose(1, 65535).Select(port => (ProbeTarget)new ProbeTarget.Tcp(port) { Host = port % 2 == 0 ? "localhost" : "10.0.0.1" }));

    private static readonly Gen<ProbeSpec?> Probe = Gen.OneOf(
        Gen.Constant((ProbeSpec?)null),
        from target in Target
        from delay in Duration.Or(Gen.Constant(TimeSpan.Zero))
        from interval in Gen.Choose(10, int.MaxValue)
        from timeout in Duration
        from success in Gen.Choose(1, 5)
        from failure in Gen.Choose(1, 1_000_000)
        select (ProbeSpec?)new ProbeSpec
        {
            Target = target,
            InitialDelay = delay,
            Interval = TimeSpan.FromMilliseconds(interval),
            Timeout = timeout,
            SuccessThreshold = success,
            FailureThreshold = failure,
        });

    private static readonly Gen<HealthSpec?> Health =
        from startup in Probe
        from liveness in Probe
        from readiness in Probe
        select startup is null && liveness is null && readiness is null ? null : new HealthSpec { Startup = startup, Liveness = liveness, Readiness = readiness };

    private static readonly Gen<ReadySpec?> Ready =
        from timeout in Maybe(Duration)
        from ready in Gen.Elements<ReadySpec?>(
            null,
            new ReadySpec(),
            new ReadySpec { By = ReadyBy.Notify },
            new ReadySpec { By = ReadyBy.Port, Port = 8080 },
            new ReadySpec { By = ReadyBy.LogLine, LogLine = "^listening on (\\d+)$" })
        select ready is null ? null : ready with { Timeout = timeout };

    private static readonly Gen<HooksSpec?> Hooks =
        from line in Text.Where(text => text.Length > 0)
        from words in Text.ArrayOf()
        from types in Gen.Elements<ValueList<EventType>>([EventType.Ready], [EventType.GaveUp, EventType.Removed])
        from hooks in Gen.Elements<HooksSpec?>(
            null,
            new HooksSpec { OnStart = line, OnReady = HookCommand.Of("a", [.. words]), OnStop = line },
            new HooksSpec { OnRestart = line, OnCrash = line, OnUnhealthy = HookCommand.Of("./x"), OnFinished = line, OnEvent = new EventHook(types, line) })
        select hooks;

    private static readonly Gen<ProcessSpec> Identity =
        from id in Gen.Elements<ProcessId?>(null, ProcessId.Parse("shop.api"))
        from name in Gen.Elements(null, "A name", "null")
        from team in Gen.Elements(null, "shop")
        from labels in Map(Text)
        from command in Text.Where(text => text.Length > 0)
        from args in Text.ArrayOf()
        from shell in Gen.Elements(true, false)
        from directory in Gen.Elements(null, "/srv", "relative")
        from environment in Map(Value)
        from file in Gen.Elements(null, ".env", "/etc/shop/env")
        from inherit in Inheritance
        select new ProcessSpec
        {
            Id = id,
            Name = name,
            Group = team,
            Labels = labels,
            Command = command,
            Args = [.. args],
            Shell = shell,
            WorkingDirectory = directory,
            Environment = environment,
            EnvironmentFile = file,
            InheritEnvironment = inherit,
        };

    private static readonly Gen<ProcessSpec> Execution =
        from spec in Identity
        from user in Gen.Elements(true, false).SelectMany(some => some ? Word.Select(word => (string?)word) : Gen.Constant((string?)null))
        from groups in Gen.Elements<ValueList<string>?>(null, [], ["1", "audio"])
        from umask in Maybe(Gen.Choose(0, 0x1FF))
        from nice in Maybe(Gen.Choose(-20, 19))
        from cpus in Gen.Elements<ValueList<int>?>(null, [0], [3, 1])
        from limit in Limit
        from limited in Gen.Elements("nofile", "core", "as", "rttime")
        from privileges in Gen.Elements(true, false)
        select spec with
        {
            User = user,
            OsGroup = user,
            SupplementaryGroups = groups,
            Umask = umask,
            Nice = nice,
            CpuAffinity = cpus,
            Limits = [new(limited, limit)],
            NoNewPrivileges = privileges,
        };

    private static readonly Gen<ResourceSpec> Resources =
        from memory in Maybe(Gen.Choose(1, int.MaxValue))
        from more in Gen.Choose(0, 5000)
        from high in Gen.Elements(true, false)
        from cores in Maybe(Gen.Choose(1, 6400).Select(n => n / 100.0))
        from pids in Maybe(Gen.Choose(1, 100_000))
        from required in Gen.Elements(true, false)
        select new ResourceSpec
        {
            MemoryMax = memory + more,
            MemoryHigh = high ? memory : null,
            CpuMax = cores,
            PidsMax = pids,
            Required = required && (memory ?? pids ?? cores) is not null,
        };

    public static readonly Gen<ProcessSpec> Valid =
        from spec in Execution
        from resources in Resources
        from stdin in Stdin
        from mode in Gen.Elements(Enum.GetValues<OutputMode>()).Where(mode => mode != OutputMode.Terminal || stdin.Mode is StdinMode.None or StdinMode.Pipe)
        from echo in Gen.Elements(true, false)
        from columns in Maybe(Gen.Choose(1, ushort.MaxValue))
        from budget in Gen.Choose(24, 4096).Select(n => ((long)n << 20) + (n % 3))
        from lifetime in Maybe(Gen.Elements(Enum.GetValues<Lifetime>())).Where(lifetime => mode != OutputMode.Terminal || lifetime != Lifetime.Keep)
        from timeout in Maybe(Duration)
        from idle in Maybe(Duration)
        from health in Health
        from ready in Ready
        from watchdog in Maybe(Duration)
        from dependencies in Dependency.ArrayOf()
        from node in Gen.Elements(null, "n1")
        from nodeLabels in Map(Text)
        from lost in Gen.Elements(Enum.GetValues<OnNodeLost>())
        from stop in Stop
        from restart in Restart
        from retention in Duration
        from pattern in Pattern
        from hooks in Hooks
        from replicas in Gen.Choose(1, 1000)
        from schedule in Gen.Elements<ScheduleSpec?>(
            null,
            new ScheduleSpec { Every = TimeSpan.FromSeconds(90) },
            new ScheduleSpec { Cron = "*/5 8-18 * * MON-FRI" },
            new ScheduleSpec { Cron = "0 30 2 1 1 ?", TimeZone = "Europe/Berlin" })
        select spec with
        {
            Resources = resources,
            Stdin = stdin,
            Output = new OutputSpec
            {
                Mode = mode,
                Budget = budget,
                Echo = echo && mode != OutputMode.Discard,
                Size = columns is { } wide && mode == OutputMode.Terminal ? new TerminalSize(wide, 24) : null,
            },
            Lifetime = lifetime,
            Timeout = timeout,
            IdleTimeout = mode == OutputMode.Discard ? null : idle,
            Health = health,
            Ready = Possible(ready, health, mode),
            Watchdog = watchdog,
            DependsOn = [.. dependencies.DistinctBy(each => (each.Id, each.Condition, each.Pattern))],
            Node = node,
            NodeLabels = nodeLabels,
            OnNodeLost = lost,
            Stop = stop,
            Restart = restart,
            Retention = retention,
            Pattern = pattern,
            Hooks = hooks,
            Replicas = replicas,
            Schedule = schedule,
        };

    private static ReadySpec? Possible(ReadySpec? ready, HealthSpec? health, OutputMode mode) =>
        (ready?.By == ReadyBy.Probe && health is null or { Startup: null, Readiness: null }) || (ready?.By == ReadyBy.LogLine && mode == OutputMode.Discard) ? null : ready;

    private static Gen<ValueMap<T>> Map<T>(Gen<T> value) =>
        from names in Name.ArrayOf()
        from values in value.ArrayOf(names.Length)
        select names.Zip(values, KeyValuePair.Create).ToValueMap();

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => Gen.OneOf(Gen.Constant((T?)null), gen.Select(value => (T?)value));
}
