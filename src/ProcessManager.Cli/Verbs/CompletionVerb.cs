using System.CommandLine;

namespace ProcessManager.Cli;

internal static class CompletionVerb
{
    // Each asks `procman [suggest:POSITION] LINE`, so that what is offered is what the parser would take, ids of the running manager included.
    // Options are offered to those who have typed a dash.
    private const string Bash =
        """
        _procman() {
          local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}" found
          found=$(procman "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
          [[ $word == -* ]] || found=$(grep -v '^-' <<<"$found")
          COMPREPLY=($(compgen -W "$found" -- "$word"))
        }
        complete -o default -F _procman procman
        """;

    private const string Zsh =
        """
        #compdef procman
        _procman() {
          local -a found
          found=("${(@f)$(procman "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          [[ $PREFIX == -* ]] || found=(${found:#-*})
          compadd -- $found || _files
        }
        compdef _procman procman
        """;

    private const string Fish =
        """
        function __procman_suggest
          set -l line (commandline -cp)
          set -l found (procman "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
          string match -q -- '-*' (commandline -ct); or set found (string match -v -- '-*' $found)
          printf '%s\n' $found
        end
        complete -c procman -a '(__procman_suggest)'
        """;

    public static Command Create(CommandLine line)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var verb = new Command("completion", "Print a script that completes verbs, options and ids: source <(procman completion bash)") { shell };
        return line.Does(verb, (call, _) =>
        {
            call.Print(call.Get(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return Task.FromResult(ExitCodes.Done);
        });
    }
}
