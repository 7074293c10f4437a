namespace ProcessManager.Os;

/// <summary>A child cut its own log file (<c>echo x &gt; /dev/stdout</c> in a script does).</summary>
/// <param name="Epoch">The last attempt that is known to have begun when it was seen; a later one may have begun by now.</param>
/// <param name="Offset">Where what it wrote since begins; all that stood before is gone.</param>
public sealed record LogTruncation(ProcessId Id, Epoch Epoch, LogStream Stream, long Offset);
