using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests.Contract;

public sealed class OrleansCreatingSpecs(OrleansHost host) : CreatingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansEnvironmentSpecs(OrleansHost host) : EnvironmentSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansReplicaSpecs(OrleansHost host) : ReplicaSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansPatternSpecs(OrleansHost host) : PatternSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansTemplateSpecs(OrleansHost host) : TemplateSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansEnvironmentFileSpecs(OrleansHost host) : EnvironmentFileSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansEventSpecs(OrleansHost host) : EventSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansFailingToStartSpecs(OrleansHost host) : FailingToStartSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansFollowingSpecs(OrleansHost host) : FollowingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansListingSpecs(OrleansHost host) : ListingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansLogSpecs(OrleansHost host) : LogSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansManyRunsSpecs(OrleansHost host) : ManyRunsSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRemovingSpecs(OrleansHost host) : RemovingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRestartingSpecs(OrleansHost host) : RestartingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansResultSpecs(OrleansHost host) : ResultSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRunningCommandsSpecs(OrleansHost host) : RunningCommandsSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansCommandOptionSpecs(OrleansHost host) : CommandOptionSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRetrySpecs(OrleansHost host) : RetrySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansConcurrentlySpecs(OrleansHost host) : ConcurrentlySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansPoolSpecs(OrleansHost host) : PoolSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansPipeSpecs(OrleansHost host) : PipeSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansHandleSpecs(OrleansHost host) : HandleSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansSecretSpecs(OrleansHost host) : SecretSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansSignallingSpecs(OrleansHost host) : SignallingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStartingSpecs(OrleansHost host) : StartingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStdinSpecs(OrleansHost host) : StdinSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStoppingSpecs(OrleansHost host) : StoppingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansTimeoutSpecs(OrleansHost host) : TimeoutSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansHealthSpecs(OrleansHost host) : HealthSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansBecomingReadySpecs(OrleansHost host) : BecomingReadySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansNotifySpecs(OrleansHost host) : NotifySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansTreeSpecs(OrleansHost host) : TreeSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansResourcesSpecs(OrleansHost host) : ResourcesSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRobustnessSpecs(OrleansHost host) : RobustnessSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansRestartStormSpecs(OrleansHost host) : RestartStormSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansTerminalSpecs(OrleansHost host) : TerminalSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansUnknownIdSpecs(OrleansHost host) : UnknownIdSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansUpdatingSpecs(OrleansHost host) : UpdatingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansWaitingSpecs(OrleansHost host) : WaitingSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansNodeSpecs(OrleansHost host) : NodeSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansNoticeSpecs(OrleansHost host) : NoticeSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansDependencySpecs(OrleansHost host) : DependencySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStartManySpecs(OrleansHost host) : StartManySpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStopAllSpecs(OrleansHost host) : StopAllSpecs(host), IClassFixture<OrleansHost>;

public sealed class OrleansStackSpecs(OrleansHost host) : StackSpecs(host), IClassFixture<OrleansHost>;
