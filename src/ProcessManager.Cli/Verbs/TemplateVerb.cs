using System.CommandLine;
using System.Text.Json;
using ProcessManager.Embedded;

namespace ProcessManager.Cli;

internal static class TemplateVerb
{
    private static readonly string[] Header = ["TEMPLATE", "AT STARTUP", "VARIABLES", "STATE"];

    public static Command Create(CommandLine line) => new("template", "Keep specs under a name and start processes from them")
    {
        List(line), Show(line), Start(line), Save(line), Remove(line), Load(line), Check(line),
    };

    private static Command List(CommandLine line) => line.Does(new Command("ls", "List them, and say what is wrong with those that can't be used"), async (call, cancellationToken) =>
    {
        var templates = await call.Manager.Templates.ListAsync(cancellationToken);
        if (call.Json)
        {
            call.PrintJson(templates);
        }
        else
        {
            call.Print(Columns.Format(Header, templates.Select(Row)));
            foreach (var problem in templates.SelectMany(template => template.Problems))
            {
                call.Note(problem);
            }
        }

        return ExitCodes.Done;
    });

    private static Command Show(CommandLine line)
    {
        var name = Name();
        return line.Does(new Command("show", "Print it as it is written, as YAML") { name }, async (call, cancellationToken) =>
        {
            var template = await call.Manager.Templates.GetAsync(call.Get(name)!, cancellationToken);
            if (call.Json)
            {
                call.PrintJson(template);
            }
            else
            {
                call.Print(SpecDocument.Write(template).TrimEnd('\n'));
            }

            return ExitCodes.Done;
        });
    }

    private static Command Start(CommandLine line)
    {
        var name = Name();
        var values = new Argument<string[]>("NAME=VALUE") { Arity = ArgumentArity.ZeroOrMore, Description = "Values of its variables" };
        var id = new Option<string?>("--id") { Description = "The process' id; the template's when absent", HelpName = "ID" };
        return line.Does(new Command("start", "Start a process from it") { name, values, id }, async (call, cancellationToken) =>
        {
            var start = new TemplateStart
            {
                Id = call.Get(id) is { } given ? ProcessId.Parse(given) : null,
                Arguments = call.Get(values)!.Select(Argument).ToValueMap(),
            };
            call.Show([await call.Manager.Templates.StartAsync(call.Get(name)!, start, cancellationToken)]);
            return ExitCodes.Done;
        });
    }

    private static Command Save(CommandLine line)
    {
        var name = Name();
        var from = new Option<string>("--from") { Description = "The process whose spec it is to be; its secrets become variables", HelpName = "ID", Required = true };
        var startup = new Option<bool>("--run-on-startup") { Description = "Start one at each start of the manager" };
        return line.Does(new Command("save", "Keep the spec of a process as a template") { name, from, startup }, async (call, cancellationToken) =>
        {
            var id = await Ids.ResolveAsync(call, call.Get(from)!, cancellationToken);
            return Kept(call, await call.Manager.Templates.SaveFromAsync(call.Get(name)!, id, call.Get(startup), cancellationToken));
        });
    }

    private static Command Remove(CommandLine line)
    {
        var name = Name();
        return line.Does(new Command("rm", "Delete it; what was started from it goes on") { name }, async (call, cancellationToken) =>
        {
            await call.Manager.Templates.DeleteAsync(call.Get(name)!, cancellationToken);
            if (call.Json)
            {
                call.PrintJson(new { Removed = new[] { call.Get(name) } });
            }
            else
            {
                call.Print($"{call.Get(name)}  removed");
            }

            return ExitCodes.Done;
        });
    }

    private static Command Load(CommandLine line)
    {
        var file = File();
        return line.Does(new Command("load", "Keep the template of a file") { file }, async (call, cancellationToken) =>
            Kept(call, await call.Manager.Templates.SaveAsync(Read(call, call.Get(file)!), cancellationToken)));
    }

    private static Command Check(CommandLine line)
    {
        var file = File();
        return line.Does(new Command("check", "Say what is wrong with the template of a file; needs no manager") { file }, (call, _) =>
        {
            var template = Read(call, call.Get(file)!);
            return Task.FromResult(Kept(call, new TemplateInfo { Name = template.Name.Value, RunOnStartup = template.RunOnStartup, Variables = template.Variables }));
        });
    }

    private static Argument<string> Name() => new("TEMPLATE") { Description = "Its name" };

    private static Argument<string> File() => new("FILE") { Description = "A spec with runOnStartup and ${variables}, YAML or JSON" };

    private static Template Read(Call call, string name)
    {
        var path = call.Caller.Absolute(name);
        var bound = Template.Read(SpecDocument.Parse(path, ProcessFile.Bytes(path, name)), Path.GetFileNameWithoutExtension(path));
        return bound.Valid ? bound.Value : throw ProcessManagerException.Invalid(SpecDocument.Placed(name, bound.Faults));
    }

    private static int Kept(Call call, TemplateInfo info)
    {
        if (call.Json)
        {
            call.PrintJson(info);
        }
        else
        {
            call.Print($"{info.Name}  {(info.Variables.Count == 0 ? "no variables" : Variables(info))}");
        }

        return ExitCodes.Done;
    }

    private static KeyValuePair<string, string> Argument(string text) => Values.Pair(text) is { Value: { } value } pair
        ? new(pair.Key, value)
        : throw ProcessManagerException.Invalid([new Fault("", $"\"{text}\" is not NAME=VALUE")]);

    private static string[] Row(TemplateInfo template) =>
    [
        template.Name,
        template.RunOnStartup ? "yes" : "no",
        template.Variables.Count == 0 ? "-" : Variables(template),
        template.Problems.Count == 0 ? "ok" : "can't be used",
    ];

    private static string Variables(TemplateInfo template) => string.Join(' ', template.Variables.Select(variable => variable.ToString()).Distinct(StringComparer.Ordinal));
}
