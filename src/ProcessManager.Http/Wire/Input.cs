using System.Text.Json;

namespace ProcessManager.Http;

/// <summary>Reads what users send. All faults are told at once, each with its path.</summary>
internal static class Input
{
    public static ProcessSpec Spec(ReadOnlyMemory<byte> body, ProcessId? id = null)
    {
        var spec = Bind<ProcessSpec>(body);
        return id is null ? spec : spec with { Id = id };
    }

    public static void Nothing(ReadOnlyMemory<byte> body)
    {
        if (!body.IsEmpty)
        {
            Bind<object>(body);
        }
    }

    public static StopBody Stop(ReadOnlyMemory<byte> body) => body.IsEmpty ? new StopBody(null) : Bind<StopBody>(body);

    public static SignalBody Signal(ReadOnlyMemory<byte> body) => Bind<SignalBody>(body);

    public static WaitBody Wait(ReadOnlyMemory<byte> body) => body.IsEmpty ? new WaitBody() : Bind<WaitBody>(body);

    public static RunBody Run(ReadOnlyMemory<byte> body) => Bind<RunBody>(body);

    public static SyncScope Sync(ReadOnlyMemory<byte> body) => Bind<SyncScope>(body);

    private static T Bind<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, HttpJson.Of<T>())!;
        }
        catch (JsonException bad)
        {
            throw ProcessManagerException.Invalid([new Fault("", bad.Message)]);
        }
    }
}
