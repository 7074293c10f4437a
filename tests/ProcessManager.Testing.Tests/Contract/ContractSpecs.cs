using ProcessManager.Contract;

namespace ProcessManager.Testing.Tests.Contract;

public sealed class FakeCreatingSpecs(FakeHost host) : CreatingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeFailingToStartSpecs(FakeHost host) : FailingToStartSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeStartingSpecs(FakeHost host) : StartingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeStoppingSpecs(FakeHost host) : StoppingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeSignallingSpecs(FakeHost host) : SignallingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeWaitingSpecs(FakeHost host) : WaitingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeRestartingSpecs(FakeHost host) : RestartingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeTimeoutSpecs(FakeHost host) : TimeoutSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeResultSpecs(FakeHost host) : ResultSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeRunningCommandsSpecs(FakeHost host) : RunningCommandsSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeStdinSpecs(FakeHost host) : StdinSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeSecretSpecs(FakeHost host) : SecretSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeLogSpecs(FakeHost host) : LogSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeFollowingSpecs(FakeHost host) : FollowingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeEventSpecs(FakeHost host) : EventSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeUpdatingSpecs(FakeHost host) : UpdatingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeRemovingSpecs(FakeHost host) : RemovingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeListingSpecs(FakeHost host) : ListingSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeNodeSpecs(FakeHost host) : NodeSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeUnknownIdSpecs(FakeHost host) : UnknownIdSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeManyRunsSpecs(FakeHost host) : ManyRunsSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeCommandOptionSpecs(FakeHost host) : CommandOptionSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeConcurrentlySpecs(FakeHost host) : ConcurrentlySpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeHandleSpecs(FakeHost host) : HandleSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeRetrySpecs(FakeHost host) : RetrySpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeDependencySpecs(FakeHost host) : DependencySpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakePoolSpecs(FakeHost host) : PoolSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}

public sealed class FakeTemplateSpecs(FakeHost host) : TemplateSpecs(host)
{
    public override ValueTask InitializeAsync() => LeftOut.Skip();
}
