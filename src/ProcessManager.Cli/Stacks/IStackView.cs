namespace ProcessManager.Cli;

/// <summary>How the processes of a file are shown while they run here. Each is called by its key in the file.</summary>
internal interface IStackView : IAsyncDisposable
{
    void Wrote(string key, OutputLine line);

    void Happened(string key, ProcessEvent happened);

    /// <summary>How it stands now.</summary>
    void Stands(string key, ProcessInfo info);

    void Note(string sentence);
}
