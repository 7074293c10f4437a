namespace ProcessManager.Cli;

/// <summary>How the processes of a file are shown while they run here. Each is called by its key in the file.</summary>
internal interface IStackView : IAsyncDisposable
{
    /// <summary>Whether people can stop and start them in it.</summary>
    bool Steers => false;

    void Wrote(string key, OutputLine line);

    void Happened(string key, ProcessEvent happened);

    /// <summary>How it stands now.</summary>
    void Stands(string key, ProcessInfo info);

    void Note(string sentence);
}
