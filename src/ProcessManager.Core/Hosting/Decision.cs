namespace ProcessManager;

/// <summary>
/// What a rule made of an order: what happened (journaled, then folded into the state), then what is to be done (handed over once that is
/// journaled), or why the order can't be taken (nothing changes). A host knows no more of an entity than this.
/// </summary>
public sealed record Decision<TChange, TEffect>(ValueList<TChange> Changes, ValueList<TEffect> Effects, ErrorInfo? Refusal = null)
{
    public static readonly Decision<TChange, TEffect> Nothing = new([], []);

    public static Decision<TChange, TEffect> Refuse(ErrorCode code, string message) => new([], [], new ErrorInfo(code, message));
}
