using ProcessManager.Contract;

namespace ProcessManager.Http.Tests.Contract;

public sealed class HttpCreatingSpecs(HttpHost host) : CreatingSpecs(host);

public sealed class HttpEnvironmentSpecs(HttpHost host) : EnvironmentSpecs(host);

public sealed class HttpReplicaSpecs(HttpHost host) : ReplicaSpecs(host);

public sealed class HttpPatternSpecs(HttpHost host) : PatternSpecs(host);

public sealed class HttpTemplateSpecs(HttpHost host) : TemplateSpecs(host);

public sealed class HttpEnvironmentFileSpecs(HttpHost host) : EnvironmentFileSpecs(host);

public sealed class HttpEventSpecs(HttpHost host) : EventSpecs(host);

public sealed class HttpFailingToStartSpecs(HttpHost host) : FailingToStartSpecs(host);

public sealed class HttpFollowingSpecs(HttpHost host) : FollowingSpecs(host);

public sealed class HttpListingSpecs(HttpHost host) : ListingSpecs(host);

public sealed class HttpLogSpecs(HttpHost host) : LogSpecs(host);

public sealed class HttpManyRunsSpecs(HttpHost host) : ManyRunsSpecs(host);

public sealed class HttpNodeSpecs(HttpHost host) : NodeSpecs(host);

public sealed class HttpRemovingSpecs(HttpHost host) : RemovingSpecs(host);

public sealed class HttpRestartingSpecs(HttpHost host) : RestartingSpecs(host);

public sealed class HttpResultSpecs(HttpHost host) : ResultSpecs(host);

public sealed class HttpRunningCommandsSpecs(HttpHost host) : RunningCommandsSpecs(host);

public sealed class HttpCommandOptionSpecs(HttpHost host) : CommandOptionSpecs(host);

public sealed class HttpRetrySpecs(HttpHost host) : RetrySpecs(host);

public sealed class HttpConcurrentlySpecs(HttpHost host) : ConcurrentlySpecs(host);

public sealed class HttpPoolSpecs(HttpHost host) : PoolSpecs(host);

public sealed class HttpPipeSpecs(HttpHost host) : PipeSpecs(host);

public sealed class HttpHandleSpecs(HttpHost host) : HandleSpecs(host);

public sealed class HttpSecretSpecs(HttpHost host) : SecretSpecs(host);

public sealed class HttpSignallingSpecs(HttpHost host) : SignallingSpecs(host);

public sealed class HttpStartingSpecs(HttpHost host) : StartingSpecs(host);

public sealed class HttpStdinSpecs(HttpHost host) : StdinSpecs(host);

public sealed class HttpStoppingSpecs(HttpHost host) : StoppingSpecs(host);

public sealed class HttpTimeoutSpecs(HttpHost host) : TimeoutSpecs(host);

public sealed class HttpHealthSpecs(HttpHost host) : HealthSpecs(host);

public sealed class HttpBecomingReadySpecs(HttpHost host) : BecomingReadySpecs(host);

public sealed class HttpNotifySpecs(HttpHost host) : NotifySpecs(host);

public sealed class HttpTreeSpecs(HttpHost host) : TreeSpecs(host);

public sealed class HttpResourcesSpecs(HttpHost host) : ResourcesSpecs(host);

public sealed class HttpRobustnessSpecs(HttpHost host) : RobustnessSpecs(host);

public sealed class HttpRestartStormSpecs(HttpHost host) : RestartStormSpecs(host);

public sealed class HttpTerminalSpecs(HttpHost host) : TerminalSpecs(host);

public sealed class HttpUnknownIdSpecs(HttpHost host) : UnknownIdSpecs(host);

public sealed class HttpUpdatingSpecs(HttpHost host) : UpdatingSpecs(host);

public sealed class HttpWaitingSpecs(HttpHost host) : WaitingSpecs(host);

public sealed class HttpNoticeSpecs(HttpHost host) : NoticeSpecs(host);

public sealed class HttpDependencySpecs(HttpHost host) : DependencySpecs(host);

public sealed class HttpAttachSpecs(HttpHost host) : AttachSpecs(host);

public sealed class HttpDetachSpecs(HttpHost host) : DetachSpecs(host);

public sealed class HttpScheduleSpecs(HttpHost host) : ScheduleSpecs(host);

public sealed class HttpHookSpecs(HttpHost host) : HookSpecs(host);

public sealed class HttpStartManySpecs(HttpHost host) : StartManySpecs(host);

public sealed class HttpStopAllSpecs(HttpHost host) : StopAllSpecs(host);

public sealed class HttpStackSpecs(HttpHost host) : StackSpecs(host);
