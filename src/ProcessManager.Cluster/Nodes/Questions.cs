using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

/// <summary>Is this attempt your own, or (null) are you on this node?</summary>
internal sealed record Question(ProcessId Id, Epoch? Epoch);

/// <summary>Asks processes whether what was found on a node is theirs.</summary>
internal sealed partial class Questions(NodeSurroundings around)
{
    private const int AtOnce = 32;

    /// <summary>How long a process is asked when others could answer: then it isn't the database, it is its own record that can't be read, and a node doesn't wait for that.</summary>
    private static readonly TimeSpan PatienceWithOne = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = around.Loggers.CreateLogger<Questions>();

    /// <returns>The answers; those without one are of processes that can't answer while others can.</returns>
    public async Task<IReadOnlyDictionary<Question, bool>> AskAsync(IEnumerable<Question> questions, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<Question, bool>();
        var left = questions.ToHashSet();
        var pauses = Pauses.UpToSeconds;
        DateTimeOffset? othersSince = null;
        while (left.Count > 0)
        {
            var before = left.Count;
            var failure = await AskOnceAsync(left, answers, cancellationToken);
            left.ExceptWith(answers.Keys);
            if (failure is not null && left.Count > 0)
            {
                othersSince = left.Count < before || !await SomebodyAnswersAsync(cancellationToken) ? null : othersSince ?? around.Clock.GetUtcNow();
                if (around.Clock.GetUtcNow() - othersSince > PatienceWithOne)
                {
                    LogUnanswered(_logger, left.First().Id, left.Count, failure.Message);
                    break;
                }

                await Task.Delay(pauses.Next(), around.Clock, cancellationToken);
            }
        }

        return answers;
    }

    /// <returns>A failure, if there was one.</returns>
    private async Task<Exception?> AskOnceAsync(IEnumerable<Question> questions, ConcurrentDictionary<Question, bool> answers, CancellationToken cancellationToken)
    {
        Exception? failed = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(questions, options, async (question, token) =>
        {
            try
            {
                answers[question] = await around.Process(question.Id).NodeBackAsync(around.Name, question.Epoch).WaitAsync(token);
            }
            catch (Exception failure) when (!token.IsCancellationRequested)
            {
                failed = failure;
            }
        });
        return failed;
    }

    /// <summary>Whether a process that can't exist could say so.</summary>
    private async Task<bool> SomebodyAnswersAsync(CancellationToken cancellationToken) =>
        await AskOnceAsync([new Question(ProcessId.New(), null)], new ConcurrentDictionary<Question, bool>(), cancellationToken) is null;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} (of {Count} such) can't say whether what was found here is its own; it is left alone: {Why}")]
    private static partial void LogUnanswered(ILogger logger, ProcessId id, int count, string why);
}
