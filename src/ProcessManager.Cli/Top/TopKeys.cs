namespace ProcessManager.Cli;

/// <summary>What a key does to what is shown, and what it asks for.</summary>
internal static class TopKeys
{
    public const string Help =
        """
        up down j k      select                     s  start          l  log
        PgUp PgDn        scroll the lower half      x  stop           i  details
        Home End         its begin, its end         r  restart        g  graph
        /                list those that match      K  kill           ?  this help
        f                lines that match           z  suspend, resume
        Tab Enter        the lower half alone       w  wrap long lines
        Esc              undo a filter, go back     q  quit
        """;

    /// <param name="page">How many lines the lower half has.</param>
    public static (TopModel Model, TopRequest? Request) Press(TopModel model, Key key, int page)
    {
        model = model with { Message = "" };
        return model.Prompt switch
        {
            Prompt.Kill => (model with { Prompt = Prompt.None }, key.Character is 'y' or 'Y' ? Ask(TopAsk.Kill, model) : null),
            Prompt.Quit => (model with { Prompt = Prompt.None }, key.Character is 'y' or 'Y' || key.Name == NamedKey.Interrupt ? new TopRequest(TopAsk.Quit) : null),
            Prompt.Search => (Type(model, key, model.Search, text => (model with { Search = text }).Choose()), null),
            Prompt.Filter => (Type(model, key, model.Filter, text => model with { Filter = text, Back = 0 }), null),
            Prompt.None => Command(model, key, page),
        };
    }

    private static (TopModel Model, TopRequest? Request) Command(TopModel model, Key key, int page) => key switch
    {
        { Name: NamedKey.Interrupt } => (model, new TopRequest(TopAsk.Quit)),
        { Character: 'q' } => model.Foreground ? (model with { Prompt = Prompt.Quit }, null) : (model, new TopRequest(TopAsk.Quit)),
        { Name: NamedKey.Up } or { Character: 'k' } => (model.Move(-1), null),
        { Name: NamedKey.Down } or { Character: 'j' } => (model.Move(1), null),
        { Name: NamedKey.PageUp } => (Scroll(model, -page, page), null),
        { Name: NamedKey.PageDown } => (Scroll(model, page, page), null),
        { Name: NamedKey.Home } => (Scroll(model, -int.MaxValue / 2, page), null),
        { Name: NamedKey.End } => (Scroll(model, int.MaxValue / 2, page), null),
        { Name: NamedKey.Tab or NamedKey.Enter } => (model with { Zoomed = !model.Zoomed }, null),
        { Name: NamedKey.Escape } => (Undo(model), null),
        { Character: '/' } => (model with { Prompt = Prompt.Search }, null),
        { Character: 'f' } => (model with { Prompt = Prompt.Filter, Pane = Pane.Logs }, null),
        { Character: 'w' } => (model with { Wraps = !model.Wraps }, null),
        { Character: 'l' } => (model with { Pane = Pane.Logs }, null),
        { Character: 'i' } => (model with { Pane = Pane.Details, Down = 0 }, null),
        { Character: 'g' } => (model with { Pane = Pane.Graph, Down = 0 }, null),
        { Character: '?' or 'h' } => (model with { Pane = model.Pane == Pane.Help ? Pane.Logs : Pane.Help, Down = 0 }, null),
        { Character: 's' } => (model, Ask(TopAsk.Start, model)),
        { Character: 'x' } => (model, Ask(TopAsk.Stop, model)),
        { Character: 'r' } => (model, Ask(TopAsk.Restart, model)),
        { Character: 'K' } when model.Chosen is not null => (model with { Prompt = Prompt.Kill }, null),
        { Character: 'z' } => (model, Ask(TopAsk.Suspend, model)),
        _ => (model, null),
    };

    private static TopRequest? Ask(TopAsk verb, TopModel model) => model.Chosen is { } chosen ? new TopRequest(verb, chosen.Id) : null;

    private static TopModel Scroll(TopModel model, int by, int page)
    {
        if (model.Pane != Pane.Logs)
        {
            var lines = TopLayout.TextOf(model).Split('\n').Length;
            return model with { Down = Math.Clamp(model.Down + by, 0, Math.Max(0, lines - page)) };
        }

        return model with { Back = Math.Clamp(model.Back - by, 0, Math.Max(0, model.Shown.Count - page)) };
    }

    /// <summary>The last thing that narrows the view, first.</summary>
    private static TopModel Undo(TopModel model) => model switch
    {
        { Pane: not Pane.Logs } => model with { Pane = Pane.Logs },
        { Filter.Length: > 0 } => model with { Filter = "", Back = 0 },
        { Search.Length: > 0 } => (model with { Search = "" }).Choose(),
        _ => model with { Zoomed = false, Back = 0 },
    };

    private static TopModel Type(TopModel model, Key key, string text, Func<string, TopModel> with) => key switch
    {
        { Name: NamedKey.Enter } => model with { Prompt = Prompt.None },
        { Name: NamedKey.Escape or NamedKey.Interrupt } => with("") with { Prompt = Prompt.None },
        { Name: NamedKey.Backspace } => with(text.Length > 0 ? text[..^1] : ""),
        { Name: NamedKey.Up } => model.Move(-1),
        { Name: NamedKey.Down } => model.Move(1),
        { Character: >= ' ' and var typed } => with(text + typed),
        _ => model,
    };
}
