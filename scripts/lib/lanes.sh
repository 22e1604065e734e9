# The lanes of scripts/check. Each looks for one kind of fault in a program.
# shellcheck shell=sh disable=SC2034,SC2154  # the script sets the options

LANES='compile rules run polling orders races memory'

# read_settings FILE: what a right solution of an exercise keeps to, one setting a line:
#   args WORDS          as --args            at-most-ms N   as --at-most-ms
#   steps N             as --at-most-steps
#   orders N WORDS      with the arguments WORDS only N orders are tried
#   expect COMMAND      as --expect; the folder of the exercise is EXERCISE
#   sleeps exact        the laboratory ends each sleep in time, as the program's rule needs it
#   forbid REGEX = WHY  a line of the program that matches is a fault, for the reason WHY,
#                       unless the task has this line too
#   kind schedule       the attempt is no program but a CHAN_SCHEDULE, under which the
#                       exercise's broken.c must get stuck
#   kind judge          the attempt is a script: it must accept the exercise's programs
#                       good-*.c and refuse its programs bad-*.c
# Other settings are for people and for scripts/learn.
rules='' kind_of=program sleeps='' fewer=''
read_settings() {
    [ -r "$1" ] || misuse "there are no settings '$1' that can be read"
    EXERCISE=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd -P)
    export EXERCISE
    while read -r key value; do
        case $key in
            args) [ "$value" != - ] && inputs="$inputs$value$NEWLINE" || inputs="$inputs$NEWLINE" ;;
            at-most-ms) at_most=$value ;;
            steps) steps=$value ;;
            orders) fewer="$fewer$value$NEWLINE" ;;
            sleeps) sleeps=$value && export CHAN_SLEEPS="$value" ;;
            kind) kind_of=$value ;;
            expect) expect=$value ;;
            forbid) rules="$rules$value$NEWLINE" ;;
        esac
    done <"$1"
}

# ---- what a lane reports --------------------------------------------------------

# refuse SENTENCE [COMMAND [PAGE]]: the lane has found a fault. cannot WHY: it cannot check here.
verdict='' repeat='' page=''
refuse() {
    verdict=$1 repeat=${2-} page=${3-}
    return 1
}

cannot() {
    verdict=$1
    return 3
}

# cannot_as_said: for the reason that a script has written to standard error.
cannot_as_said() {
    cannot "$(sed -n 's/^scripts.[a-z]*: //p' "$work/err" | head -n 1)"
}

# command_of SETTING ARGS: the command that runs the program as the lane did.
command_of() {
    echo "${1:+$1 }$(script run)$(quoted "$file")${2:+ $2}"
}

# compile_with HEADER FILE: the command that compiles FILE with the laboratory, and before it HEADER.
compiled_to=/tmp/checked
compile_with() {
    echo "cc -std=c11 -g -pthread -DCHAN_LAB -I$(shown "$ROOT/common")${1:+ -include $(shown "$1")}$(quoted "$2") -o $compiled_to"
}

# each_input COMMAND: calls it with each line of arguments, until it fails.
each_input() {
    rest=$inputs
    while [ -n "$rest" ]; do
        words=${rest%%"$NEWLINE"*} rest=${rest#*"$NEWLINE"}
        "$1" "$words" || return
    done
}

# holds OUT ARGS: whether the output is as expected. Sets said.
holds() {
    said=''
    [ -n "$expect" ] || return 0
    said=$(ARGS=$2 sh -c "$expect" <"$1" 2>&1) && return
    said=$(printf '%s\n' "$said" | head -n 1)
    [ -n "$said" ] || said="the output does not pass the check"
    return 1
}

# ---- compile ---------------------------------------------------------------------

# compiled TO FLAGS...: compiles the program, with all warnings.
compiled() {
    to=$1
    shift
    # shellcheck disable=SC2046,SC2086  # lists of words
    run_compiler -std=c11 -g $(warnings) -pthread \
        -I"$ROOT/common" "$@" ${CFLAGS-} ${LDFLAGS-} -o "$to" >"$work/compiler" 2>&1 </dev/null
}

# first_error FILE: the first message of the compiler, behind its line of FILE. For an error
# in a macro of chan.h gcc names the line of FILE below it, in a note.
first_error() {
    awk -v file="$1" '
        NR == 1 { first = $0 }
        !said && match($0, /:[0-9]+:[0-9]+: (fatal )?(error|warning): /) {
            said = substr($0, RSTART + RLENGTH)
            sub(/ \[-W.*/, "", said)
            gsub(/\\\047/, "\047", said)
            at = substr($0, 1, RSTART + RLENGTH)
        }
        said && !line && index(index($0, file ":") == 1 ? $0 : "", file ":") {
            line = substr($0, length(file) + 2)
            if (line !~ /^[0-9]+:[0-9]+:/) { line = ""; next }
            sub(/:.*/, "", line)
        }
        END {
            if (!said) print "it does not compile: " first
            else if (line) print file ":" line ": it does not compile: " said
            else {
                sub(/:[0-9]+: [a-z ]*: .*/, "", at)
                print "it does not compile: " at ": " said
            }
        }'
}

lane_compile() {
    # shellcheck disable=SC2046  # a list of words
    compiled "$work/program" -O1 -Werror $(lab_flags "$source_file") "$source_file" \
        "$TREE/build/lab.o" && return
    refuse "$(first_error "$source_file" <"$work/compiler")"
}

# ---- rules -------------------------------------------------------------------------

# The text without comments, each line behind its number.
text_of() {
    awk '{
        line = $0
        out = ""
        while (line != "") {
            if (inside) {
                end = index(line, "*/")
                if (!end) break
                line = substr(line, end + 2)
                inside = 0
                continue
            }
            start = index(line, "/*")
            slash = index(line, "//")
            if (slash && (!start || slash < start)) { line = substr(line, 1, slash - 1); start = 0 }
            if (!start) { out = out line; break }
            out = out substr(line, 1, start - 1)
            line = substr(line, start + 2)
            inside = 1
        }
        print NR "\t" out
    }' "$1"
}

# Mistakes that compile, and that are worth naming before the program runs.
mistakes() {
    awk -F '\t' '
        function started(text,   name) {
            if (match(text, /(^|[^a-z_])go\([a-z_0-9]+/)) {
                name = substr(text, RSTART, RLENGTH)
                sub(/.*\(/, "", name)
                return name
            }
            if (match(text, /wg_go\([^,]*, *[a-z_0-9]+/)) {
                name = substr(text, RSTART, RLENGTH)
                sub(/.*, */, "", name)
                return name
            }
            return ""
        }
        # The names of local wait groups in a line that has no initializer for them.
        function without_value(text) {
            if (text !~ /^[ \t]+(struct )waitgroup +[a-z_][^=;(*]*;/) return ""
            sub(/^[ \t]+struct waitgroup +/, "", text)
            sub(/;.*/, "", text)
            gsub(/\[[^]]*\]|,/, " ", text)
            return text
        }
        # Whether the first use of NAME after line I counts, so that nothing has set it before.
        function counts_first(name, i) {
            for (i++; i <= NR && text[i] !~ /^}/; i++)
                if (text[i] ~ ("(^|[^A-Za-z_0-9.>])" name "([^A-Za-z_0-9]|$)"))
                    return text[i] ~ ("wg_(add|go|done|wait)\\( *&" name "[^A-Za-z_0-9]")
            return 0
        }
        # The line in which a goroutine gets a copy of the wait group NAME of line I, or 0.
        function copied_in(name, i,   part) {
            for (i++; i <= NR && text[i] !~ /^}/; i++)
                if (match(text[i], /(^|[^A-Za-z_0-9])(wg_)?go\(.*,/)) {
                    part = substr(text[i], RSTART)
                    sub(/^[^(]*\([^,]*,/, ",", part)
                    if (part ~ ("[,{=(] *" name " *[,})]")) return i
                }
            return 0
        }
        function check_waitgroups(i,   n, k, names) {
            n = split(without_value(text[i]), names, " ")
            for (k = 1; k <= n; k++)
                if (counts_first(names[k], i))
                    print i "\ta wait group starts from { 0 }: struct waitgroup " names[k] " = { 0 }"
            if (text[i] !~ /^[ \t]+struct waitgroup +[a-z_]/) return
            name = text[i]
            sub(/^[ \t]+struct waitgroup +/, "", name)
            sub(/[^a-z_0-9].*/, "", name)
            if ((n = copied_in(name, i)))
                print n "\tthe goroutine gets a copy of the wait group " name ". Its wg_done changes only the copy, so wg_wait never returns. Pass the address &" name "\tpitfalls/copied-waitgroup"
        }
        {
            text[NR] = $2
            name = started($2)
            if (name != "") goroutine[name] = 1
        }
        END {
            for (i = 1; i <= NR; i++) {
                t = text[i]
                if (match(t, /^[a-z].*[a-z_0-9]+\(void \*/)) {
                    inside = t
                    sub(/\(void \*.*/, "", inside)
                    sub(/.*[ *]/, "", inside)
                }
                if (t ~ /^(static |typedef )*(struct|union)[^;(]*$/) in_type = 1
                if (t ~ /^}/) { inside = counter = ""; in_type = 0 }
                if (!in_type) check_waitgroups(i)
                if (match(t, /for \((int|size_t|long|unsigned) [a-z_]+/)) {
                    counter = substr(t, RSTART, RLENGTH)
                    sub(/.* /, "", counter)
                }
                if (inside in goroutine && t ~ /wg_add\(/)
                    print i "\twg_add is called inside the goroutine " inside ", where it may be too late: wg_wait may return before it. Call wg_add before go, or use wg_go\twaitgroup"
                if (counter != "" && t ~ ("go\\(.*, *&" counter "\\)"))
                    print i "\tall goroutines get the address of the same variable " counter ", which changes while they run. Pass its value\tpitfalls/argument-of-go"
            }
        }' "$work/text"
}

# matching REGEX TEXT: the lines of a text_of that match, without spaces, behind their numbers.
matching() {
    cut -f 2- "$2" | grep -n -E -e "$1" | tr -d ' \t' || true
}

# forbidden REGEX: the first line of the attempt that matches and that the task does not have.
forbidden() {
    matching "$1" "$work/task" >"$work/known"
    matching "$1" "$work/text" | awk -v known="$work/known" '
        { line = substr($0, index($0, ":") + 1) }
        BEGIN { while ((getline its < known) > 0) n[substr(its, index(its, ":") + 1)]++ }
        n[line]-- < 1 { print $0 + 0; exit }'
}

# texts: makes the text_of the attempt and of the task; that of the task is empty if there is none.
texts() {
    text_of "$source_file" >"$work/text"
    : >"$work/task"
    [ ! -r "${EXERCISE-}/task.c" ] || text_of "$EXERCISE/task.c" >"$work/task"
}

lane_rules() {
    texts
    rest=$rules
    while [ -n "$rest" ]; do
        rule=${rest%%"$NEWLINE"*} rest=${rest#*"$NEWLINE"}
        found=$(forbidden "${rule%% = *}")
        [ -z "$found" ] || {
            refuse "$file:$found: ${rule#* = }"
            return
        }
    done
    mistakes >"$work/mistakes"
    [ -s "$work/mistakes" ] || return 0
    IFS="$(printf '\t')" read -r at why where <"$work/mistakes"
    refuse "$file:$at: $why" '' "$where"
}

# ---- run ---------------------------------------------------------------------------

# panic_at: puts the place of a panic before it, and says what a beginner may not guess.
panic_at() {
    sed 's/negative WaitGroup counter/&. Either wg_done was called too often, or the function with the wait group returned without wg_wait/
        s/^\(.*\) (\([^ ]*:[0-9]*\))\(.*\)$/\2: \1\3/'
}

# used_the_processor: whether the last run did so for a twentieth of its time. The file has what
# `times` printed before the run and after it.
used_the_processor() {
    awk -v limit="$LIMIT" 'function seconds(t) { split(t, part, /[ms]/); return part[1] * 60 + part[2] }
        NR % 2 == 0 { used = seconds($1) + seconds($2) - used }
        END { exit !(used > limit / 20) }' "$work/times"
}

# page_for SENTENCE: the page about such a fault.
page_for() {
    case $1 in
        *'send on closed channel'*) echo pitfalls/send-on-closed ;;
        *'Its sender, '*' has ended') echo pitfalls/forgotten-close ;;
        'all goroutines are blocked'*) echo pitfalls/all-asleep ;;
        *'A loop goes on without blocking'*) echo pitfalls/closed-in-select ;;
    esac
}

# Explains the status of a run by what it wrote to standard error.
explain_status() {
    case $1 in
        3) awk '/^  line [0-9]+: goroutine / && n++ < 3 {
            line = $2
            sub(/^  line [0-9]+: /, "")
            waits = waits (n > 1 ? "; " : "") $0 " in line " line + 0
            next
        }
        n == 1 && /^ +(sender|receiver): .* has ended$/ {
            sub(/^ +/, "")
            sub(/: /, ", ")
            sub(/, which has ended/, ", has ended")
            ended = ". Its " $0
        }
        END {
            print "all goroutines are blocked: " waits (n > 3 ? "; and " n - 3 " more" : "") (n == 1 ? ended : "")
        }' "$2" ;;
        124) echo "it has not ended after $LIMIT s$(used_the_processor && echo '. A loop goes on without blocking: a closed channel, for example, is always ready')" ;;
        134) sed -n 's/^panic: /it panics: /p' "$2" | head -n 1 | panic_at ;;
        *)
            [ "$1" -gt 128 ] && echo "it crashes (signal $(($1 - 128)))" || echo "it ends with status $1"
            ;;
    esac
}

# loops_at ARGS: where the laboratory sees the loop, as `file:line: `, or nothing.
loops_at() {
    of_run=$status
    count_steps 1 "$1"
    busiest_line | sed 's/$/: /'
    status=$of_run
}

run_once() {
    status=0
    times >"$work/times"
    # shellcheck disable=SC2086  # a list of words
    limited "$LIMIT" env -u CHAN_LEAKS "$work/program" $1 >"$work/out" 2>"$work/err" </dev/null || status=$?
    times >>"$work/times"
    [ $status = 0 ] || {
        why=$(explain_status $status "$work/err")
        case $why in *'A loop goes on without blocking'*) why="$(loops_at "$1")$why" ;; esac
        again=$(command_of '' "$1")
        [ $status != 124 ] || again="timeout $LIMIT $again"
        refuse "$why" "$again" "$(page_for "$why")"
        return
    }
    holds "$work/out" "$1" || refuse "$said" "$(command_of '' "$1")"
}

# altered TASK ATTEMPT HOLES: what the attempt at an exercise has changed beside the holes,
# as line, tab, why. Each is a text_of, and HOLES are the lines of the task that say YOUR
# TURN. The statements of a function without a hole must still be there in their order, with
# others between them if need be. Each function of the task must be used.
altered() {
    awk -F '\t' -v holes=" $3 " '
        function calls_a_holed(part,   f) {
            for (f in holed) if (index(part, f "(")) return 1
            return 0
        }
        function keep_function(   i) {
            if (has_hole) holed[name] = 1
            for (i = 1; i <= n_body; i++)
                if (!has_hole) { kept[++n] = body[i]; at[n] = place[i] }
            n_body = has_hole = 0
        }
        {
            line = substr($0, index($0, "\t") + 1)
            if (line ~ /^ *#/) {
                if (FNR == NR) known[line] = 1
                else if (line !~ /# *include/ && line !~ /# *define +[A-Z]/ && !(line in known))
                    strange = strange ? strange : $1 "\tthis line may change what the rest of the task means"
                next
            }
            if (FNR != NR) {
                rest = line
                if (match(rest, /(^|[^a-z_])_?(exit|quick_exit|_Exit|abort)\(/))
                    strange = strange ? strange : $1 "\tthis ends the program while other goroutines may still run: return in place of it"
                if (match(rest, /(^|[^A-Za-z_0-9])(f?open|freopen|openat|popen|system|fork|vfork|exec[lv][a-z]*|posix_spawnp?|(secure_)?getenv|dlsym|signal|sigaction|raise|kill|_?(sig)?longjmp)\(/))
                    strange = strange ? strange : $1 "\tno task needs files, other programs, the environment, signals or jumps: they may hide a fault, but they mend none"
                gsub(/struct +[a-z_0-9]+|"[^"]*"/, "", rest)
                while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
                    used[substr(rest, RSTART, RLENGTH)]++
                    rest = substr(rest, RSTART + RLENGTH)
                }
                rest = line
                while (match(rest, /\(void\) *[a-z_0-9]+;/)) {
                    name = substr(rest, RSTART + 6, RLENGTH - 7)
                    sub(/^ */, "", name)
                    used[name]--
                    rest = substr(rest, RSTART + RLENGTH)
                }
                gsub(/const |[ \t]/, "", line)
                attempt = attempt line
                next
            }
            if (index(holes, " " $1 " ")) has_hole = 1
            if (!depth && match(line, /[a-z_0-9]+\(/) && line !~ /;/) {
                name = substr(line, RSTART, RLENGTH - 1)
                if (name != "main") defined[name] = $1
            }
            gsub(/const |[ \t]/, "", line)
            for (i = 1; i <= length(line); i++) {
                c = substr(line, i, 1)
                if (part == "") from = $1
                part = part c
                if (!depth && part ~ /^struct[a-z_]+\{/) in_struct = 1
                if (!depth && part ~ /^enum/) in_enum = 1
                if (c == "{") depth++
                if (c == "}") depth--
                if (c !~ /[;{}]/) continue
                if (!in_struct && (depth || in_enum) && part !~ /^(\(void\)[a-z_]+;|chan_free.*|[;}])$/) {
                    sub(/\}$/, "", part) # an attempt may initialize more members
                    body[++n_body] = part
                    place[n_body] = from
                }
                part = ""
                if (!depth) { in_struct = in_enum = 0; keep_function() }
            }
        }
        END {
            if (strange != "") print strange
            for (i = 1; i <= n; i++) {
                found = index(attempt, kept[i])
                if (!found && calls_a_holed(kept[i])) continue
                if (!found) { print at[i] "\tlacks"; exit }
                attempt = substr(attempt, found + length(kept[i]))
            }
            for (name in defined)
                if (used[name] < 2) { print defined[name] "\tunused\t" name; exit }
        }' "$1" "$2"
}

# beside_the_hole: refuses an attempt that has changed the exercise in place of solving it.
beside_the_hole() {
    texts
    [ -s "$work/task" ] || return 0
    altered "$work/task" "$work/text" \
        "$(grep -n 'YOUR TURN' "$EXERCISE/task.c" | cut -d : -f 1 | tr '\n' ' ')" >"$work/altered"
    [ -s "$work/altered" ] || return 0
    IFS="$(printf '\t')" read -r at why name <"$work/altered"
    case $why in
        lacks)
            refuse "it lacks line $at of the task, where the task has no hole: $(sed -n "${at}s/^ *//p" "$EXERCISE/task.c")"
            ;;
        unused) refuse "it never calls $name of the task (line $at there)" ;;
        *) refuse "$file:$at: $why" ;;
    esac
}

lane_run() {
    each_input run_once || return
    beside_the_hole
}

# ---- polling -----------------------------------------------------------------------

# A goroutine that polls makes very many steps while no time passes. The laboratory counts
# the steps, so a busy machine changes nothing.
polling_of() {
    count_steps 2 "$1"
    if [ "$status" = 124 ] || [ "${made:-0}" -gt "$steps" ]; then
        busiest=$(busiest_line)
    fi
    if [ "$status" = 124 ]; then
        refuse "${busiest:+$busiest: }it polls: while it waits it goes on and on, and never blocks" \
            "$(command_of CHAN_SEED=1 "$1")" "$(page_for_polling "$busiest")"
    elif [ "${made:-0}" -gt "$steps" ]; then
        refuse "${busiest:+$busiest: }it polls: it makes $made steps, where a program that blocks needs less than $steps" \
            "$(command_of '' "$1")" "$(page_for_polling "$busiest")"
    fi
}

# count_steps SECONDS ARGS: runs the program under a seed. Sets status, made (its steps), and
# leaves its choices in $work/choices.
count_steps() {
    rm -f "$work/choices"
    status=0
    # shellcheck disable=SC2086  # a list of words
    limited "$1" env CHAN_SEED=1 CHAN_CHOICES="$work/choices" "$work/program" $2 >/dev/null 2>&1 </dev/null || status=$?
    made=$(sed -n 's/^# took .* work, \([0-9]*\) steps$/\1/p' "$work/choices" 2>/dev/null | tail -n 1)
}

# busiest_line: the place of most choices. A program that has not ended is in its loop, at the
# last choice of a goroutine that did not go to sleep.
busiest_line() {
    sed -n '/# [0-9]* [^:]*: sleep /d; s|.* at \([^ ]*:[0-9]*\)$|\1|p' "$work/choices" 2>/dev/null |
        if [ "$status" = 124 ]; then tail -n 1; else sort | uniq -c | sort -k 1nr | awk 'NR == 1 { print $2 }'; fi
}

# page_for_polling PLACE: a select without a default polls only if a case is always ready, which
# that of a closed channel is.
page_for_polling() {
    at=${1##*:}
    if [ -n "$at" ] && sed -n "${at},$((at + 3))p" "$source_file" | awk '
        { text = text $0; if (/;/) exit }
        END { exit !(text ~ /chan_select/ && text !~ /CHAN_DEFAULT|timeout|after_ms/) }'; then
        echo pitfalls/closed-in-select
    else
        echo select
    fi
}

lane_polling() {
    [ -n "$steps" ] || return 0
    each_input polling_of
}

# ---- orders ------------------------------------------------------------------------

# The first kind of failure in the report of scripts/explore: how many, of how many, and what.
failure_of() {
    awk -v seeds="$tried" '/^ +[0-9]+ seeds? / {
        n = $1
        sub(/^ +[0-9]+ seeds? /, "")
        print n " of " seeds "\t" $0
        exit
    }' "$1"
}

# left_at_end: says where a channel was made. Where the text was cut off, it leaves out the
# entry that is not complete. If that is the only one, it leaves out its last word.
left_at_end() {
    sed '/ \.\.\.$/{
            s/\(.*\); .* \.\.\.$/\1; and more/
            s/ (\{0,1\}[^ ]* \.\.\.$//
        }
        s/, capacity$//
        s/[, ]*\( w[aer]*s*e*\) never freed (\([^ ()]*:[0-9]*\))/, made at \2,\1 never freed/g
        s/,*$//'
}

# seeds_for ARGS: how many orders are tried with these arguments.
seeds_for() {
    printf '%s' "$fewer" | awk -v words="$1" -v seeds="$seeds" '
        index($0, " ") && substr($0, index($0, " ") + 1) == words && $1 < seeds { seeds = $1 }
        END { print seeds }'
}

orders_of() {
    status=0 tried=$(seeds_for "$1")
    # shellcheck disable=SC2086  # a list of words
    ARGS=$1 limited 60 "$ROOT/scripts/explore" "$work/program" --seeds "$tried" --brief -o "$work/orders" \
        ${expect:+--check "$expect"} ${at_most:+--at-most-ms "$at_most"} -- $1 \
        >"$work/report" 2>"$work/err" || status=$?
    case $status in
        0) return ;;
        1) ;;
        *)
            cannot_as_said
            return
            ;;
    esac
    never=$(sed -n 's/^ *never in \([0-9]*\) runs: \(.*\)$/in none of \1 orders this happened: \2/p' "$work/report" | head -n 1)
    if [ -n "$never" ] && ! grep -q '^ *[0-9]* seeds\{0,1\} ' "$work/report"; then
        never=$(printf '%s\n' "$never" | sed 's/ (\([^ ]*:[0-9]*\))$/ (looked for at \1)/')
        refuse "$never" "$(script explore)$(quoted "$file")${1:+ -- $1}"
        return
    fi
    seed=$(sed -n 's/^ *seeds\{0,1\} \([0-9]*\).*/\1/p' "$work/report" | head -n 1)
    IFS="$(printf '\t')" read -r how_many what <<END
$(failure_of "$work/report")
END
    before="in $how_many orders "
    again=$(command_of "${sleeps:+CHAN_SLEEPS=$sleeps }CHAN_LEAKS=1 CHAN_SEED=$seed" "$1")
    case $what in
        'got stuck: '*) what="all goroutines block forever: ${what#*: }" page=pitfalls/all-asleep ;;
        'leaked: '*)
            what="this is left at the end: $(printf '%s\n' "${what#*: }" | left_at_end)" page=pitfalls/leaked-sender
            case $what in *': channel'* | *': a channel'* | *': '[0-9]*' channels'*) page='' ;; esac
            ;;
        'panicked: '*)
            what=$(printf '%s\n' "${before}it panics: ${what#*: }" | panic_at)
            page=$(page_for "$what") before=''
            ;;
        'did not pass the check: '*) what=${what#*: } page='' ;;
        'took more'*)
            what="a run $what: the work does not overlap" page=''
            case $sleeps:$how_many in
                exact:* | "":"$tried of"*) ;;
                *) what="$what. In the other orders the laboratory ends sleeps early, so a run takes less time" ;;
            esac
            again="${sleeps:+CHAN_SLEEPS=$sleeps }CHAN_SEED=$seed $(script trace) -o /tmp$(quoted "$file")${1:+ $1}"
            ;;
        'ran longer'*)
            what="it has not ended after $LIMIT s" page=''
            again="timeout $LIMIT env $again"
            ;;
        *) page='' ;;
    esac
    refuse "$before$what" "$again" "$page"
}

lane_orders() {
    COOKBOOK_LIMIT=$LIMIT
    export COOKBOOK_LIMIT
    each_input orders_of || return
    slow_waits
}

# A wait for a condition releases the mutex as it begins. A program that looks, and then waits,
# may be slow in between. So each wait begins a second later here, of virtual time, with the
# mutex locked: a signal that does not need the mutex comes too early, and is lost.
slow_waits() {
    grep -Eq '(cond|cnd)_wait\(' "$source_file" || return 0
    # shellcheck disable=SC2046,SC2086  # lists of words
    compiled "$work/late" -O1 $(lab_flags "$source_file") -include "$ROOT/scripts/lib/late-wait.h" \
        "$source_file" "$TREE/build/lab.o" || {
        cannot 'the program does not compile with scripts/lib/late-wait.h'
        return
    }
    each_input slow_wait_of
}

slow_wait_of() {
    status=0
    # shellcheck disable=SC2086  # a list of words
    limited "$LIMIT" env -u CHAN_LEAKS CHAN_SEED=first "$work/late" $1 >"$work/out" 2>"$work/err" </dev/null || status=$?
    [ $status = 3 ] || return 0
    why=$(explain_status $status "$work/err")
    refuse "if a goroutine is slow between its look and its wait, a signal is lost, and $why" \
        "$(compile_with "$ROOT/scripts/lib/late-wait.h" "$file") && CHAN_SEED=first $compiled_to${1:+ $1}" pitfalls/all-asleep
}

# ---- races -------------------------------------------------------------------------

# page_for_race SENTENCE: another page if the race is on the counter of a loop whose address
# each goroutine gets.
page_for_race() {
    on=$(printf '%s\n' "$1" | sed -n 's/^race on \([A-Za-z_0-9]*\), on the stack .*/\1/p')
    page=pitfalls/shared-counter
    if [ -n "$on" ] && grep -Eq "for \(.*[^A-Za-z_0-9]$on = " "$source_file" &&
        grep -Eq "[(,] *&$on *\)" "$source_file"; then
        page=pitfalls/argument-of-go
    fi
    echo $page
}

races_of() {
    status=0
    # shellcheck disable=SC2086  # a list of words
    limited 60 "$ROOT/scripts/race" -n 5 -o "$work" ${keep:+-k "$raced"} "$to_race" $1 >"$work/report" 2>"$work/err" || status=$?
    case $status in
        0 | 66)
            # Without a race 66 is an order of locks that might be a deadlock: that is for the
            # lane `orders`.
            grep -q '^race on ' "$work/report" || {
                to_race=$raced keep=''
                return 0
            }
            ;;
        *)
            cannot_as_said
            return
            ;;
    esac
    # A line that says who does what ends with the place, or the place is the next line.
    what=$(awk '/^race on / { if (race) exit; sub(/ \(seen.*/, ""); race = $0; next }
        !race { next }
        NF == 0 { exit }
        /^    [^ ].* (reads|writes|frees|reads and writes) it:/ { access = $0; sub(/^ */, "", access) }
        access && /(line |:)[0-9]+$/ {
            where = $NF
            sub(/.*:/, "", where)
            sub(/ it:.*/, " it in line " where, access)
            all = all (all ? ", and " : "") access
            access = ""
        }
        END { print race ": " all }' "$work/report")
    refuse "$what" "$(script race)$(quoted "$file")${1:+ $1}" "$(page_for_race "$what")"
}

# Only the run with the first arguments builds the program.
lane_races() {
    raced=$work/$(basename -- "$source_file" .c).race
    to_race=$source_file keep=yes
    each_input races_of
}

# ---- memory ------------------------------------------------------------------------

# memory_error SUMMARY: the place, and in plain words the fault that AddressSanitizer names.
memory_error() {
    printf '%s\n' "$1" | FILE=$file awk '
        BEGIN {
            name = ENVIRON["FILE"]
            sub(/.*\//, "", name)
            plain["heap-buffer-overflow"] = "uses memory outside of what malloc gave"
            plain["stack-buffer-overflow"] = "uses memory outside of a local variable"
            plain["stack-buffer-underflow"] = plain["stack-buffer-overflow"]
            plain["dynamic-stack-buffer-overflow"] = plain["stack-buffer-overflow"]
            plain["global-buffer-overflow"] = "uses memory outside of a global variable"
            plain["heap-use-after-free"] = "uses memory after free"
            plain["stack-use-after-return"] = "uses a local variable of a function that has returned"
            plain["stack-use-after-scope"] = "uses a local variable after the end of its block"
            plain["stack-overflow"] = "needs more stack than a thread has"
            plain["double-free"] = "frees memory twice"
            plain["bad-free"] = "frees what malloc did not give"
            plain["SEGV"] = "uses an address where no memory is"
        }
        {
            what = $1 in plain ? plain[$1] : "memory error: " $1
            if (match($0, / [^ ]*:[0-9]+(:[0-9]+)?( in [A-Za-z_0-9]+)?$/)) {
                at = substr($0, RSTART + 1)
                by = at
                if (sub(/.* in /, "", by)) by = by " "
                else by = "the program "
                sub(/ in .*/, "", at)
                match(at, /:[0-9]+/)
                line = substr(at, RSTART, RLENGTH)
                at = substr(at, 1, RSTART - 1)
                sub(/.*\//, "", at)
                at = (at == name ? ENVIRON["FILE"] : at) line
                print at ": " (what ~ /^memory/ ? "" : by) what
            }
            else print "memory error: " $0
        }'
}

# It runs under a few seeds: an order that uses memory too late may be rare.
memory_of() {
    for seed in 1 2 3 4 5 6 7 8 9 10; do
        status=0
        # shellcheck disable=SC2086  # a list of words
        limited "$LIMIT" env CHAN_SEED=$seed "$work/asan" $1 >"$work/out" 2>"$work/err" </dev/null || status=$?
        what=$(sed -n 's/^SUMMARY: AddressSanitizer: //p' "$work/err" | head -n 1)
        [ -z "$what" ] || {
            refuse "$(memory_error "$what")" \
                "CFLAGS=-fsanitize=address $(command_of CHAN_SEED=$seed "$1")"
            return
        }
    done
}

lane_memory() {
    # shellcheck disable=SC2046  # a list of words
    {
        quiet_make build/asan/lab.o 2>"$work/err" &&
            compiled "$work/asan" -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
                $(lab_flags "$source_file") "$source_file" "$TREE/build/asan/lab.o"
    } || {
        cannot 'the compiler has no AddressSanitizer here'
        return
    }
    each_input memory_of
}

# ---- attempts that are no programs ---------------------------------------------------

# lane_schedule: broken.c must get stuck under the attempt, and by its choices alone.
lane_schedule() {
    compiled "$work/program" -O1 -DCHAN_LAB -DCHAN_LAB_LINKED "$EXERCISE/broken.c" "$TREE/build/lab.o" || {
        cannot 'the broken program does not compile'
        return
    }
    grep -Eq '^ *(run|pick) [0-9]' "$file" || {
        refuse "it has no choice: a line is \`run 2\` or \`pick 1\`"
        return
    }
    status=0
    limited "$LIMIT" env CHAN_SCHEDULE="$file" "$work/program" >"$work/out" 2>"$work/err" </dev/null || status=$?
    again="CHAN_SCHEDULE=$(quoted "$file" | cut -c 2-) $(script run)$(quoted "$(shown "$EXERCISE/broken.c")")"
    misfit=$(sed -n 's/^schedule does not fit: //p' "$work/err" | head -n 1)
    case $status:$misfit in
        124:*) refuse "under this schedule the program does not end, but it is not stuck" "$again" ;;
        *:?*) refuse "the schedule does not fit the program: $misfit" "$again" ;;
        3:) ;;
        *) refuse "under this schedule the program ends well: $(tail -n 1 "$work/out")" "$again" ;;
    esac
}

# judged PROGRAM: the status of the attempt for this program.
judged() {
    compiled "$work/${1%.c}" -O1 -DCHAN_LAB -DCHAN_LAB_LINKED "$EXERCISE/$1" "$TREE/build/lab.o" || return 99
    # shellcheck disable=SC2086  # a list of words
    limited 30 $shell "$file" "$work/${1%.c}" >"$work/out" 2>&1 </dev/null
}

lane_judge() {
    shell=$(sed -n '1s/^#! *//p' "$file")
    shell=${shell:-sh}
    command -v "${shell%% *}" >/dev/null 2>&1 || {
        refuse "$file:1: there is no program ${shell%% *} that could run the script"
        return
    }
    for each_program in "$EXERCISE"/good-*.c "$EXERCISE"/bad-*.c; do
        program_name=${each_program##*/}
        progress "$file: $program_name"
        status=0
        judged "$program_name" || status=$?
        again="$(compile_with '' "$each_program") && $shell$(quoted "$file") $compiled_to"
        case $program_name:$status in
            *:99)
                cannot "$program_name does not compile"
                return
                ;;
            *:124)
                refuse "your check has not ended after 30 s for $program_name" "$again"
                return
                ;;
            good-*:0 | bad-*:[1-9]*) ;;
            good-*)
                refuse "your check refuses $program_name, which is right: $(head -n 1 "$work/out")" "$again"
                return
                ;;
            bad-*)
                refuse "your check accepts $program_name, which is wrong" "$again"
                return
                ;;
        esac
    done
}

# ---- all of them -------------------------------------------------------------------

# lane NAME: runs it, and prints a line. Returns 0, 1 for a fault, 3 if it cannot check.
lane() {
    progress "$file: $1"
    result=0
    "lane_$1" || result=$?
    progress
    case $result in
        0) printf '  %-9s %sok%s\n' "$1" "$GREEN" "$PLAIN" ;;
        1) printf '  %-9s %sfault%s\n' "$1" "$RED" "$PLAIN" ;;
        *) printf '  %-9s cannot check this here: %s\n' "$1" "$verdict" && result=3 ;;
    esac
    return $result
}

# in_its_words: calls goroutines threads where the program does not use chan.h.
in_its_words() {
    if [ "$kind_of" = program ] && ! grep -Eq 'chan\.h|(^|[^A-Za-z_0-9])go\(' "$source_file"; then
        sed 's/ goroutine\(s\{0,1\}\)/ thread\1/g'
    else
        cat
    fi
}

print_fault() {
    where=$(printf '%s' "$file:" | sed 's/[][\\.*^$,]/\\&/g')
    printf '%s: %s\n' "$file" "$(printf '%s\n' "$verdict" | in_its_words)" | sed "s,^$where $where,$file:,; s,($where\([0-9]*\)),in line \1,g; s, at $where, in line ,g"
    [ -z "$repeat" ] || echo "See it:  $repeat"
    [ -z "$page" ] || echo "Read:    scripts/run $page, or patterns/$page/README.md"
}

check_file() {
    source_file=$file final=0
    case $kind_of in
        program) lanes=$LANES ;;
        *) lanes=$kind_of only='' ;;
    esac
    for each in $lanes; do
        case $each in compile | "${only:-$each}") ;; *) continue ;; esac
        result=0
        lane "$each" || result=$?
        [ $result != 1 ] || {
            print_fault
            exit 1
        }
        [ $result = 0 ] || final=3
    done
    [ $final = 3 ] || echo "no fault found in $file"
    exit $final
}

# ---- the checker proves itself -----------------------------------------------------

# Each known-bad program must be refused by the lane in its name: LANE.c or LANE-WHAT.c.
# refused_by LANE PROGRAM
refused_by() (
    file=$2 source_file=$2 inputs=$NEWLINE seeds=50 at_most=15 steps=1000 LIMIT=2 expect='' rules=''
    mkdir -p "$work/proof"
    work=$work/proof
    result=0
    case $1 in
        compile | rules | races) ;;
        *) lane_compile || return 2 ;;
    esac
    "lane_$1" || result=$?
    [ $result = 1 ]
)

prove_lanes() {
    broken=0
    for bad in "$ROOT"/scripts/lib/known-bad/*.c; do
        name=${bad##*/}
        name=${name%.c}
        progress "known-bad program $name"
        if refused_by "${name%%-*}" "$bad" >/dev/null 2>&1; then
            printf '  %-16s %srefused%s\n' "$name" "$GREEN" "$PLAIN"
        else
            printf '  %-16s %snot refused%s: the lane %s cannot check here\n' "$name" "$RED" "$PLAIN" "${name%%-*}"
            broken=1
        fi
    done
    progress
    [ $broken = 0 ] || exit 3
    echo 'Every lane refuses its known-bad programs.'
}
