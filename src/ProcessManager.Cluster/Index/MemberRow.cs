using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>One row, written once at a time: what changes meanwhile goes into the next write, however many wait for it.</summary>
internal sealed class MemberRow(IGrainStorage storage, GrainId owner, int bucket, MemberTable members, Action<Exception> failed)
{
    private readonly string _name = $"members.{bucket}";
    private readonly GrainState<IndexRow> _state = new(new IndexRow());
    private TaskCompletionSource? _waiting;
    private Task _writing = Task.CompletedTask;

    public async Task ReadAsync()
    {
        await storage.ReadStateAsync(_name, owner, _state);
        foreach (var entry in _state.State?.Members ?? [])
        {
            members.Put(Member.Of(entry));
        }
    }

    public Task WriteAsync()
    {
        var waiting = _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_writing.IsCompleted)
        {
            _writing = WriteWaitingAsync();
        }

        return waiting.Task;
    }

    private async Task WriteWaitingAsync()
    {
        while (_waiting is { } batch)
        {
            _waiting = null;
            try
            {
                await WriteNowAsync();
                batch.SetResult();
            }
            catch (Exception failure)
            {
                // Whatever it was: whether the row was written isn't known. Those who wait for it, and for the next one, are told.
                failed(failure);
                batch.SetException(Coded(failure));
                _waiting?.SetException(Coded(failure));
                _waiting = null;
            }
        }
    }

    private async Task WriteNowAsync()
    {
        var present = members.Bucket(bucket).ToList();
        var busy = present.FindAll(member => !member.Quiet);
        foreach (var quiet in present.Where(member => member.Quiet))
        {
            quiet.WrittenBusy = false;
        }

        _state.State = new IndexRow { Members = [.. present.Select(member => member.ToEntry())] };
        await storage.WriteStateAsync(_name, owner, _state);
        foreach (var member in busy)
        {
            member.WrittenBusy = true;
        }
    }

    private static ProcessManagerException Coded(Exception failure) => failure is InconsistentStateException
        ? new ProcessManagerException(ErrorCode.Unavailable, "This part of the index is being taken over by another silo.", failure)
        : new ProcessManagerException(ErrorCode.StorageUnavailable, $"The index can't be written: {failure.Message}", failure);
}
