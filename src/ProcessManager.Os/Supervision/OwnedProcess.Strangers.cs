namespace ProcessManager.Os;

/// <content>Processes that somebody else started, and letting go of any.</content>
internal sealed partial class OwnedProcess
{
    private async Task AttachAsync(Epoch epoch, ProcessSpec spec, ChildIdentity main)
    {
        if (Known(epoch) is { } same)
        {
            Repeat(same);
            return;
        }

        await LetGoOfOlderAsync();
        try
        {
            // Of two that come at the same time for the same process one is the first here.
            if (!tools.Strangers.TryAdd(main, id))
            {
                throw Attaching.Managed(main.OsPid, tools.Strangers.GetValueOrDefault(main));
            }

            try
            {
                await AdoptAsync(epoch, spec, new Adoption.Found(Attaching.Hold(main), Attaching.StartOf(main, tools.Now)), record: null, attached: true);
            }
            catch
            {
                tools.Strangers.TryRemove(main, out _);
                throw;
            }
        }
        catch (ProcessManagerException e)
        {
            _child = new Child(new Tree(id, epoch, null), spec)
            {
                StartFailed = new SupervisorReport.StartFailed(new ErrorInfo(e.Code, e.Message), Transient: false, tools.Now),
            };
            Report(_child, _child.StartFailed);
        }
    }

    /// <summary>First it is written down that its marks are nobody's: from then on whatever is left of it is safe from us.</summary>
    private async Task DetachAsync(Epoch epoch)
    {
        string kept;
        try
        {
            kept = tools.LetGo.Add(id, epoch);
        }
        catch (ProcessManagerException e)
        {
            Report(epoch, new SupervisorReport.NotDetached(new ErrorInfo(e.Code, e.Message)));
            return;
        }

        var output = _child?.Attached == true ? null : tools.Logs.LetGo(id, kept);
        if (_child is { } child)
        {
            // One of ours stays ours to collect: its watch goes on, and tells nobody.
            child.Gone = true;
            LivingTree = null;
            child.Idle?.Dispose();
            LeaveAlone(child);
            if (child.Inbox is { } inbox)
            {
                tools.Notify.Drop(inbox);
            }

            await (child.Stdin?.EndAsync() ?? Task.CompletedTask);
            await UnguardAsync(child);
            Forget(child);
            _child = null;
        }

        _released = epoch > _released ? epoch : _released;
        foreach (var recalled in _records.Keys.Append(epoch).ToList())
        {
            Erase(recalled);
        }

        Report(epoch, new SupervisorReport.Detached(output, tools.Now));
    }

    /// <summary>What nobody wants any more: a child of ours is ended, a stranger was never ours to end.</summary>
    private async Task EndUnwantedAsync(Epoch epoch)
    {
        if (_child is { Attached: true, MainLives: true } child && child.Epoch == epoch)
        {
            await DetachAsync(epoch);
        }
        else
        {
            await TakeAsync(epoch, new SupervisorCommand.EndTree(Signal.Kill, KillMode.Tree));
        }
    }

    private void Forget(Child child)
    {
        if (child is { Attached: true, Tree.Leader: { } leader })
        {
            tools.Strangers.TryRemove(leader, out _);
        }
    }
}
