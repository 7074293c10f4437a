namespace ProcessManager.Os;

/// <summary>A child cut its own log file (<c>echo x &gt; /dev/stdout</c> in a script does).</summary>
/// <param name="Offset">Where what it wrote since begins; all that stood before is gone.</param>
public sealed record LogTruncation(ProcessId Id, LogStream Stream, long Offset);
