using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Contract;

public sealed class SilosCreatingSpecs(ThreeSilos host) : CreatingSpecs(host);

public sealed class SilosEnvironmentSpecs(ThreeSilos host) : EnvironmentSpecs(host);

public sealed class SilosReplicaSpecs(ThreeSilos host) : ReplicaSpecs(host);

public sealed class SilosPatternSpecs(ThreeSilos host) : PatternSpecs(host);

public sealed class SilosTemplateSpecs(ThreeSilos host) : TemplateSpecs(host);

public sealed class SilosEnvironmentFileSpecs(ThreeSilos host) : EnvironmentFileSpecs(host);

public sealed class SilosEventSpecs(ThreeSilos host) : EventSpecs(host);

public sealed class SilosFailingToStartSpecs(ThreeSilos host) : FailingToStartSpecs(host);

public sealed class SilosFollowingSpecs(ThreeSilos host) : FollowingSpecs(host);

public sealed class SilosListingSpecs(ThreeSilos host) : ListingSpecs(host);

public sealed class SilosLogSpecs(ThreeSilos host) : LogSpecs(host);

public sealed class SilosManyRunsSpecs(ThreeSilos host) : ManyRunsSpecs(host);

public sealed class SilosRemovingSpecs(ThreeSilos host) : RemovingSpecs(host);

public sealed class SilosRestartingSpecs(ThreeSilos host) : RestartingSpecs(host);

public sealed class SilosResultSpecs(ThreeSilos host) : ResultSpecs(host);

public sealed class SilosRunningCommandsSpecs(ThreeSilos host) : RunningCommandsSpecs(host);

public sealed class SilosCommandOptionSpecs(ThreeSilos host) : CommandOptionSpecs(host);

public sealed class SilosRetrySpecs(ThreeSilos host) : RetrySpecs(host);

public sealed class SilosConcurrentlySpecs(ThreeSilos host) : ConcurrentlySpecs(host);

public sealed class SilosPoolSpecs(ThreeSilos host) : PoolSpecs(host);

public sealed class SilosPipeSpecs(ThreeSilos host) : PipeSpecs(host);

public sealed class SilosHandleSpecs(ThreeSilos host) : HandleSpecs(host);

public sealed class SilosSecretSpecs(ThreeSilos host) : SecretSpecs(host);

public sealed class SilosSignallingSpecs(ThreeSilos host) : SignallingSpecs(host);

public sealed class SilosStartingSpecs(ThreeSilos host) : StartingSpecs(host);

public sealed class SilosStdinSpecs(ThreeSilos host) : StdinSpecs(host);

public sealed class SilosStoppingSpecs(ThreeSilos host) : StoppingSpecs(host);

public sealed class SilosTimeoutSpecs(ThreeSilos host) : TimeoutSpecs(host);

public sealed class SilosHealthSpecs(ThreeSilos host) : HealthSpecs(host);

public sealed class SilosBecomingReadySpecs(ThreeSilos host) : BecomingReadySpecs(host);

public sealed class SilosNotifySpecs(ThreeSilos host) : NotifySpecs(host);

public sealed class SilosTreeSpecs(ThreeSilos host) : TreeSpecs(host);

public sealed class SilosResourcesSpecs(ThreeSilos host) : ResourcesSpecs(host);

public sealed class SilosRobustnessSpecs(ThreeSilos host) : RobustnessSpecs(host);

public sealed class SilosRestartStormSpecs(ThreeSilos host) : RestartStormSpecs(host);

public sealed class SilosTerminalSpecs(ThreeSilos host) : TerminalSpecs(host);

public sealed class SilosUnknownIdSpecs(ThreeSilos host) : UnknownIdSpecs(host);

public sealed class SilosUpdatingSpecs(ThreeSilos host) : UpdatingSpecs(host);

public sealed class SilosWaitingSpecs(ThreeSilos host) : WaitingSpecs(host);

public sealed class SilosNodeSpecs(ThreeSilos host) : NodeSpecs(host);

public sealed class SilosNoticeSpecs(ThreeSilos host) : NoticeSpecs(host);

public sealed class SilosDependencySpecs(ThreeSilos host) : DependencySpecs(host);

public sealed class SilosCommandPromises(ThreeSilos host) : CommandPromises(host);

public sealed class SilosPluginPromises(ThreeSilos host) : PluginPromises(host);

public sealed class SilosLifecyclePromises(ThreeSilos host) : LifecyclePromises(host);

public sealed class SilosOrchestratorPromises(ThreeSilos host) : OrchestratorPromises(host);

public sealed class SilosAttachSpecs(ThreeSilos host) : AttachSpecs(host);

public sealed class SilosDetachSpecs(ThreeSilos host) : DetachSpecs(host);

public sealed class SilosScheduleSpecs(ThreeSilos host) : ScheduleSpecs(host);

public sealed class SilosHookSpecs(ThreeSilos host) : HookSpecs(host);

public sealed class SilosStartManySpecs(ThreeSilos host) : StartManySpecs(host);

public sealed class SilosStopAllSpecs(ThreeSilos host) : StopAllSpecs(host);

public sealed class SilosStackSpecs(ThreeSilos host) : StackSpecs(host);
