using ProcessManager.Contract;

namespace ProcessManager.Embedded.Tests.Contract;

public sealed class EmbeddedCreatingSpecs(EmbeddedHost host) : CreatingSpecs(host);

public sealed class EmbeddedFailingToStartSpecs(EmbeddedHost host) : FailingToStartSpecs(host);

public sealed class EmbeddedStartingSpecs(EmbeddedHost host) : StartingSpecs(host);

public sealed class EmbeddedStoppingSpecs(EmbeddedHost host) : StoppingSpecs(host);

public sealed class EmbeddedTreeSpecs(EmbeddedHost host) : TreeSpecs(host);

public sealed class EmbeddedResourcesSpecs(EmbeddedHost host) : ResourcesSpecs(host);

public sealed class EmbeddedRobustnessSpecs(EmbeddedHost host) : RobustnessSpecs(host);

public sealed class EmbeddedRestartStormSpecs(EmbeddedHost host) : RestartStormSpecs(host);

public sealed class EmbeddedTerminalSpecs(EmbeddedHost host) : TerminalSpecs(host);

public sealed class EmbeddedSignallingSpecs(EmbeddedHost host) : SignallingSpecs(host);

public sealed class EmbeddedWaitingSpecs(EmbeddedHost host) : WaitingSpecs(host);

public sealed class EmbeddedRestartingSpecs(EmbeddedHost host) : RestartingSpecs(host);

public sealed class EmbeddedTimeoutSpecs(EmbeddedHost host) : TimeoutSpecs(host);

public sealed class EmbeddedHealthSpecs(EmbeddedHost host) : HealthSpecs(host);

public sealed class EmbeddedBecomingReadySpecs(EmbeddedHost host) : BecomingReadySpecs(host);

public sealed class EmbeddedNotifySpecs(EmbeddedHost host) : NotifySpecs(host);

public sealed class EmbeddedResultSpecs(EmbeddedHost host) : ResultSpecs(host);

public sealed class EmbeddedRunningCommandsSpecs(EmbeddedHost host) : RunningCommandsSpecs(host);

public sealed class EmbeddedCommandOptionSpecs(EmbeddedHost host) : CommandOptionSpecs(host);

public sealed class EmbeddedRetrySpecs(EmbeddedHost host) : RetrySpecs(host);

public sealed class EmbeddedConcurrentlySpecs(EmbeddedHost host) : ConcurrentlySpecs(host);

public sealed class EmbeddedPoolSpecs(EmbeddedHost host) : PoolSpecs(host);

public sealed class EmbeddedPipeSpecs(EmbeddedHost host) : PipeSpecs(host);

public sealed class EmbeddedHandleSpecs(EmbeddedHost host) : HandleSpecs(host);

public sealed class EmbeddedStdinSpecs(EmbeddedHost host) : StdinSpecs(host);

public sealed class EmbeddedEnvironmentSpecs(EmbeddedHost host) : EnvironmentSpecs(host);

public sealed class EmbeddedReplicaSpecs(EmbeddedHost host) : ReplicaSpecs(host);

public sealed class EmbeddedPatternSpecs(EmbeddedHost host) : PatternSpecs(host);

public sealed class EmbeddedTemplateSpecs(EmbeddedHost host) : TemplateSpecs(host);

public sealed class EmbeddedEnvironmentFileSpecs(EmbeddedHost host) : EnvironmentFileSpecs(host);

public sealed class EmbeddedSecretSpecs(EmbeddedHost host) : SecretSpecs(host);

public sealed class EmbeddedLogSpecs(EmbeddedHost host) : LogSpecs(host);

public sealed class EmbeddedFollowingSpecs(EmbeddedHost host) : FollowingSpecs(host);

public sealed class EmbeddedEventSpecs(EmbeddedHost host) : EventSpecs(host);

public sealed class EmbeddedUpdatingSpecs(EmbeddedHost host) : UpdatingSpecs(host);

public sealed class EmbeddedRemovingSpecs(EmbeddedHost host) : RemovingSpecs(host);

public sealed class EmbeddedListingSpecs(EmbeddedHost host) : ListingSpecs(host);

public sealed class EmbeddedNodeSpecs(EmbeddedHost host) : NodeSpecs(host);

public sealed class EmbeddedUnknownIdSpecs(EmbeddedHost host) : UnknownIdSpecs(host);

public sealed class EmbeddedManyRunsSpecs(EmbeddedHost host) : ManyRunsSpecs(host);

public sealed class EmbeddedNoticeSpecs(EmbeddedHost host) : NoticeSpecs(host);

public sealed class EmbeddedDependencySpecs(EmbeddedHost host) : DependencySpecs(host);

public sealed class EmbeddedCommandPromises(EmbeddedHost host) : CommandPromises(host);

public sealed class EmbeddedPluginPromises(EmbeddedHost host) : PluginPromises(host);

public sealed class EmbeddedLifecyclePromises(EmbeddedHost host) : LifecyclePromises(host);

public sealed class EmbeddedOrchestratorPromises(EmbeddedHost host) : OrchestratorPromises(host);

public sealed class EmbeddedAttachSpecs(EmbeddedHost host) : AttachSpecs(host);

public sealed class EmbeddedDetachSpecs(EmbeddedHost host) : DetachSpecs(host);

public sealed class EmbeddedScheduleSpecs(EmbeddedHost host) : ScheduleSpecs(host);

public sealed class EmbeddedHookSpecs(EmbeddedHost host) : HookSpecs(host);

public sealed class EmbeddedStartManySpecs(EmbeddedHost host) : StartManySpecs(host);

public sealed class EmbeddedStopAllSpecs(EmbeddedHost host) : StopAllSpecs(host);

public sealed class EmbeddedStackSpecs(EmbeddedHost host) : StackSpecs(host);
