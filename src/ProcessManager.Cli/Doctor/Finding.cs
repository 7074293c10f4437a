namespace ProcessManager.Cli;

internal enum Verdict
{
    Ok,

    /// <summary>It works, with less.</summary>
    Less,

    /// <summary>The manager can't run like this.</summary>
    Missing,
}

/// <summary>One thing that was looked at on this host.</summary>
internal sealed record Finding(string About, Verdict Verdict, string Detail)
{
    public static Finding Of(string about, bool fine, string detail, string otherwise) => new(about, fine ? Verdict.Ok : Verdict.Less, fine ? detail : otherwise);

    public static Finding Required(string about, bool there, string detail, string otherwise) => new(about, there ? Verdict.Ok : Verdict.Missing, there ? detail : otherwise);
}
