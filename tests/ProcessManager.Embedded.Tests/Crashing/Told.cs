using ProcessManager.Contract;

namespace ProcessManager.Embedded.Tests;

/// <summary>Events, as tests ask for them.</summary>
internal static class Told
{
    /// <summary>The first event of these types, one after another, from the oldest that is kept.</summary>
    public static async Task<ProcessEvent> EventAsync(this EmbeddedProcessManager manager, params EventType[] types)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Lab.Cancel);
        limit.CancelAfter(Patience.Limit);
        var wanted = 0;
        await foreach (var told in manager.SubscribeAsync(new EventQuery { After = "" }, limit.Token))
        {
            if (told.Type == types[wanted] && ++wanted == types.Length)
            {
                return told;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }
}
