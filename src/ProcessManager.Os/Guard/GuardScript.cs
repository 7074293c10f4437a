namespace ProcessManager.Os;

/// <summary>
/// The guard's program: plain POSIX sh, so that it needs nothing of the manager that it outlives. While the pipe is open it does nothing but note what it
/// is told. At its end it looks for what belongs to the entries it knows: by the exact mark in the environment (grep), by the main children's
/// identity, and by the sessions of those found.
/// </summary>
/// <remarks>
/// Lines: <c>mark SLOT ID/RUN.ATTEMPT</c>, <c>child SLOT OS_PID START_TICKS</c>, <c>gone SLOT</c>. The shell reads a byte at a time, so they are short.
/// Timeline after the end of the pipe: SIGTERM at once, SIGKILL 0.7 s later, again and again until nothing is left.
/// </remarks>
internal static class GuardScript
{
    /// <summary>$1: what stands before ID/RUN.ATTEMPT in PROCMAN_RUN (the marks of managers around this one, and MANAGER/); $2: MANAGER/ alone.</summary>
    public const string Text =
        """
        trap '' HUP INT QUIT TERM PIPE
        LC_ALL=C
        prefix=$1 manager=$2 last=0
        while read -r verb slot what; do
          case $verb in
            mark) eval "m$slot=\$what"; [ "$slot" -le "$last" ] || last=$slot ;;
            child) eval "c$slot=\$what" ;;
            gone) unset "m$slot" "c$slot" ;;
          esac
        done

        # Calls "$@" for each entry, with its mark in $m and its main child in $c.
        entries() {
          i=1
          while [ "$i" -le "$last" ]; do
            eval "m=\${m$i-} c=\${c$i-}"
            [ -z "$m" ] || "$@"
            i=$((i + 1))
          done
        }
        exact() { printf 'PROCMAN_RUN=%s%s\n' "$prefix" "$m"; }
        inside() { printf '%s%s:\n' "$manager" "$m"; }
        [ -n "$(entries exact)" ] || exit 0

        # Whether process $1 lives and is the one that started at $2.
        same() {
          read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
          set -- "$2" ${stat##*) }
          [ "$2" != Z ] && [ "$1" = "${21}" ]
        }
        main() {
          set -- $c
          [ $# -ne 2 ] || ! same "$1" "$2" || found="$found $1"
        }
        others=
        find() {
          found=
          for file in $(entries exact | grep -zlxFs -f - /proc/[0-9]*/environ) $(entries inside | grep -zlFs -f - /proc/[0-9]*/environ); do
            file=${file#/proc/} found="$found ${file%/*}"
          done
          entries main
          for other in $others; do
            ! same "${other%:*}" "${other#*:}" || found="$found ${other%:*}"
          done
        }
        # What has lost its mark is known by its session; noted with its start, since the session may end before it is looked for again.
        find_sessions() {
          sessions=' '
          for pid in $found; do
            read -r stat 2>/dev/null <"/proc/$pid/stat" || continue
            set -- ${stat##*) }
            sessions="$sessions$4 "
          done
          for file in /proc/[0-9]*/stat; do
            read -r stat 2>/dev/null <"$file" || continue
            set -- ${stat##*) }
            case $sessions in *" $4 "*) others="$others ${stat%% *}:${20}" ;; esac
          done
        }

        # In hundredths of a second.
        clock() {
          read -r now rest </proc/uptime
          now=${now%.*}${now#*.}
        }

        clock
        began=$now
        find
        find_sessions
        find
        [ -n "$found" ] || exit 0
        kill -TERM $found 2>/dev/null
        kill -CONT $found 2>/dev/null
        while clock && [ "$now" -lt "$((began + 70))" ]; do
          sleep 0.05
          find
          [ -n "$found" ] || exit 0
        done
        for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          kill -KILL $found 2>/dev/null
          sleep 0.02
          find
          [ -n "$found" ] || exit 0
        done
        """;
}
