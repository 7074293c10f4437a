namespace ProcessManager.Contract;

/// <summary>
/// What an implementation adds to be held to the contract: a manager that runs on this machine. One is shared by all the tests of an
/// assembly (an assembly fixture), so every test uses ids of its own and counts only what it made.
/// </summary>
public interface IManagerHost
{
    IProcessManager Manager { get; }
}
