using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Contract;

public sealed class SiloHttpCreatingSpecs(SiloHttpHost host) : CreatingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpEnvironmentSpecs(SiloHttpHost host) : EnvironmentSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpReplicaSpecs(SiloHttpHost host) : ReplicaSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpPatternSpecs(SiloHttpHost host) : PatternSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpTemplateSpecs(SiloHttpHost host) : TemplateSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpEnvironmentFileSpecs(SiloHttpHost host) : EnvironmentFileSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpEventSpecs(SiloHttpHost host) : EventSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpFailingToStartSpecs(SiloHttpHost host) : FailingToStartSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpFollowingSpecs(SiloHttpHost host) : FollowingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpListingSpecs(SiloHttpHost host) : ListingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpLogSpecs(SiloHttpHost host) : LogSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpManyRunsSpecs(SiloHttpHost host) : ManyRunsSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRemovingSpecs(SiloHttpHost host) : RemovingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRestartingSpecs(SiloHttpHost host) : RestartingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpResultSpecs(SiloHttpHost host) : ResultSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRunningCommandsSpecs(SiloHttpHost host) : RunningCommandsSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpCommandOptionSpecs(SiloHttpHost host) : CommandOptionSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRetrySpecs(SiloHttpHost host) : RetrySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpConcurrentlySpecs(SiloHttpHost host) : ConcurrentlySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpPoolSpecs(SiloHttpHost host) : PoolSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpPipeSpecs(SiloHttpHost host) : PipeSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpHandleSpecs(SiloHttpHost host) : HandleSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpSecretSpecs(SiloHttpHost host) : SecretSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpSignallingSpecs(SiloHttpHost host) : SignallingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStartingSpecs(SiloHttpHost host) : StartingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStdinSpecs(SiloHttpHost host) : StdinSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStoppingSpecs(SiloHttpHost host) : StoppingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpTimeoutSpecs(SiloHttpHost host) : TimeoutSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpHealthSpecs(SiloHttpHost host) : HealthSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpBecomingReadySpecs(SiloHttpHost host) : BecomingReadySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpNotifySpecs(SiloHttpHost host) : NotifySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpTreeSpecs(SiloHttpHost host) : TreeSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpResourcesSpecs(SiloHttpHost host) : ResourcesSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRobustnessSpecs(SiloHttpHost host) : RobustnessSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpRestartStormSpecs(SiloHttpHost host) : RestartStormSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpTerminalSpecs(SiloHttpHost host) : TerminalSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpUnknownIdSpecs(SiloHttpHost host) : UnknownIdSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpUpdatingSpecs(SiloHttpHost host) : UpdatingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpWaitingSpecs(SiloHttpHost host) : WaitingSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpNodeSpecs(SiloHttpHost host) : NodeSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpNoticeSpecs(SiloHttpHost host) : NoticeSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpDependencySpecs(SiloHttpHost host) : DependencySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStartManySpecs(SiloHttpHost host) : StartManySpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStopAllSpecs(SiloHttpHost host) : StopAllSpecs(host), IClassFixture<SiloHttpHost>;

public sealed class SiloHttpStackSpecs(SiloHttpHost host) : StackSpecs(host), IClassFixture<SiloHttpHost>;
