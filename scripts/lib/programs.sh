# The programs that a script is to run: where they are built, which one is meant, and for how
# long it may run.
# shellcheck shell=sh disable=SC2034  # the scripts use what is set

# find_tree: sets TREE, the folder of build/. That is the checkout or, if it cannot be
# written, a folder of links to it in the user's cache.
TREE=''
find_tree() {
    [ -z "$TREE" ] || return 0
    if [ -w "$ROOT/build" ] || { [ ! -e "$ROOT/build" ] && [ -w "$ROOT" ]; }; then
        TREE=$ROOT
    else
        cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/chan-cookbook
        TREE=$cache/$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1)
        mkdir -p "$TREE/build" 2>/dev/null || true
        [ -w "$TREE/build" ] || {
            say "neither $ROOT/build nor $cache can be written: set XDG_CACHE_HOME to a folder that can"
            exit 1
        }
        for part in Makefile common patterns scripts tests; do
            [ -e "$TREE/$part" ] || ln -s "$ROOT/$part" "$TREE/$part" 2>/dev/null || true
        done
    fi
    LIMITED=$TREE/$LIMITED_TARGET
}

# make, quietly, and without the settings of a make that has called the script.
MAKE_ALONE='env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory'
quiet_make() {
    find_tree
    # shellcheck disable=SC2086  # a list of words
    $MAKE_ALONE -C "$TREE" "$@" >&2 </dev/null
}

# make_for NAME TARGET...: the same. On a terminal it shows that it builds NAME, instead of
# a line for each program. The script has called `temporary`.
make_for() {
    building=$1
    shift
    find_tree
    if [ ! -t 2 ]; then
        quiet_make "$@"
        return
    fi
    progress "building $building"
    made=0
    quiet_make "$@" 2>"$work/make" || made=$?
    end_progress
}

# Returns the status of make, after its output if it has failed.
end_progress() {
    progress
    [ "$made" = 0 ] || cat "$work/make" >&2
    return "$made"
}

# build_behind TARGETS: begins to make them in the background. The script has called
# `temporary` and has made the tool behind limited; its at_end calls end_build.
# built TARGETS: waits until they are made. The status is that of make, whose output is
# shown if it fails. TARGETS is one word, with blanks in it if there are several.
builder='' behind=''
build_behind() {
    behind=$1
    # shellcheck disable=SC2086  # lists of words
    "$LIMITED" 3600 $MAKE_ALONE -C "$TREE" $1 >"$work/make" 2>&1 </dev/null &
    builder=$!
}

built() {
    [ "$behind" = "$1" ] || {
        end_build
        build_behind "$1"
    }
    behind='' made=0
    ! kill -0 "$builder" 2>/dev/null || progress "building ${1##*/}"
    wait "$builder" || made=$?
    builder=''
    end_progress
}

end_build() {
    [ -n "$builder" ] || return 0
    kill -TERM "$builder" 2>/dev/null || true
    # dash reports a job that a signal ended.
    { wait "$builder" || true; } 2>/dev/null
    builder='' behind=''
}

# ---- what a script is to run -------------------------------------------------

# The folder below build/ from which a pattern is taken: '', or fibers/ for goroutines that
# are fibers. Those programs have no laboratory.
FLAVOUR=''

# allows_fibers: ends the script if the chosen program cannot run on fibers.
allows_fibers() {
    ! on_nats "$name" ||
        misuse "$name runs on threads only: a fiber that waits in the library of NATS holds up others"
}

# own SOURCE...: compiles the user's own program and links it with the laboratory; sets
# program. It stays in build/own, so that a script may become it. What the compiler says
# counts if it fails.
own() {
    laboratory=''
    if [ -z "$FLAVOUR" ]; then
        quiet_make build/lab.o
        laboratory=$TREE/build/lab.o
    fi
    program=$TREE/build/own/$FLAVOUR$(printf '%s\n' "$PWD" "$@" | cksum | cut -d ' ' -f 1)
    mkdir -p "$program"
    program=$program/$name
    for file; do
        shift
        case $file in
            -*) set -- "$@" "./$file" ;;
            *) set -- "$@" "$file" ;;
        esac
    done
    # shellcheck disable=SC2046,SC2086  # lists of words
    said=$(run_compiler -std=c11 ${CFLAGS:--O2 -g} $(warnings) \
        -pthread $(own_flags "$@") -I"$ROOT/common" -o "$program.$$" "$@" \
        ${laboratory:+"$laboratory"} ${LDFLAGS-} 2>&1 </dev/null) || {
        rm -f "$program.$$"
        printf '%s\n' "$said" >&2
        say "$name.c does not compile"
        exit 1
    }
    mv -f "$program.$$" "$program"
}

# own_flags SOURCE...: prints the options that give it the laboratory, or fibers.
own_flags() {
    if [ -z "$FLAVOUR" ]; then lab_flags "$@"; else echo -DCHAN_FIBERS; fi
}

# choose WORD...: finds out what the first word names: a pattern, pitfalls/NAME or
# pitfalls/NAME/PROGRAM (broken, broken2, fixed), a C file and those behind it, or
# a program, with a slash in its path. Whatever else it is, the script ends with
# status 2 and a word about it. Sets
#   kind      pattern, pitfall, source or program
#   name      for the names of files: fan-in, leaked-sender-broken
#   chosen    of pattern and pitfall: fan-in, pitfalls/leaked-sender/broken
#   source    of pattern and pitfall: the C file, from the checkout
#   taken     how many of the words it used: `shift "$taken"`
choose() {
    taken=1 chosen=$1 source=''
    case $1 in
        *.c)
            kind=source name=${1##*/}
            name=${name%.c} taken=0
            for word; do
                case $word in *.c) ;; *) break ;; esac
                { [ -f "$word" ] && [ -r "$word" ]; } ||
                    misuse "there is no file '$word' that can be read"
                taken=$((taken + 1))
            done
            ;;
        pitfalls/*)
            kind=pitfall name=${1#pitfalls/} version=''
            case $name in */*) version=${name#*/} name=${name%%/*} ;; esac
            is_pitfall "$name" || unknown "$1"
            [ -n "$version" ] || version=$(versions "$name" | head -n 1)
            source=patterns/pitfalls/$name/$version.c
            case $version in */*) source='' ;; esac
            { [ -n "$source" ] && [ -r "$ROOT/$source" ]; } ||
                misuse "$1 is none of: $(versions "$name" | paste -s -d ' ' -) fixed"
            chosen=pitfalls/$name/$version name=$name-$version
            ;;
        */*)
            kind=program name=${1##*/}
            [ -f "$1" ] || misuse "there is no program '$1'"
            [ -x "$1" ] || misuse "'$1' is not a program"
            ;;
        *)
            kind=pattern name=$1 source=patterns/$1/$1.c
            is_pattern "$name" || unknown "$name"
            [ -r "$ROOT/$source" ] || {
                say "$source is missing"
                exit 1
            }
            ;;
    esac
}

# subject WORD...: chooses and builds it, and the tool behind limited. Sets also
#   program   its path
#   again     how to run it, as words for the shell, from the current folder
subject() {
    choose "$@"
    [ "$kind" = program ] || require run
    case $kind in
        program)
            quiet_make "$LIMITED_TARGET"
            program=$1 again=$(quoted "$1")
            ;;
        source)
            quiet_make "$LIMITED_TARGET"
            again=$(quoted "$(script run)" && first "$taken" "$@")
            own_first "$taken" "$@"
            ;;
        *)
            [ -z "$FLAVOUR" ] || allows_fibers
            ! on_nats "$name" || demand nats
            quiet_make "$LIMITED_TARGET" "build/$FLAVOUR$chosen"
            program=$TREE/build/$FLAVOUR$chosen
            again=$(quoted "$(script run)" "$chosen")
            ;;
    esac
}

# script NAME: its path, from the current folder.
script() {
    [ "$(pwd -P)" = "$ROOT" ] || printf '%s/' "$ROOT"
    echo "scripts/$1"
}

# first N WORD...: the first of them, as quoted writes them. own_first: for own.
first() {
    n=$1
    shift
    for word; do
        [ "$n" -gt 0 ] || break
        n=$((n - 1))
        quoted "$word"
    done
}

own_first() {
    eval "shift; own$(first "$@")"
}

# quoted WORD...: as the shell wants to read them again, a blank before each.
quoted() {
    for word; do
        case $word in
            '' | *[!A-Za-z0-9_./:=,+%@-]*)
                # The dot keeps newlines at its end.
                word=$(printf '%s.\n' "$word" | sed "s/'/'\\\\''/g")
                printf " '%s'" "${word%.}"
                ;;
            *) printf ' %s' "$word" ;;
        esac
    done
}

# results KIND: prints the folder for the files of a script if -o names none. For the user's
# own program it is the current folder, for a program of the book build/KIND.
results() {
    case $kind in
        source | program) echo . ;;
        *) printf '%s\n' "$TREE/build/$1" ;;
    esac
}

# shown PATH: from the checkout, a path in it without the name of the checkout.
shown() {
    [ "$(pwd -P)" != "$ROOT" ] || set -- "${1#"$ROOT/"}"
    printf '%s\n' "$1"
}

# results_into FOLDER: makes it, or says that it cannot be used.
results_into() {
    { mkdir -p -- "$1" && [ -w "$1" ]; } 2>/dev/null || {
        say "the folder '$1' for the results cannot be written; -o names another one"
        exit 1
    }
}

# ---- programs under a time limit --------------------------------------------

# limited SECONDS COMMAND [ARG...]: runs it for at most SECONDS. Before the first call
# the script has called `temporary`, which ends what is running when the script ends,
# and has made the tool: `quiet_make "$LIMITED_TARGET" ...`, or `subject`. What a caller
# may rely on (scripts/tools/limited.c):
#   - The status is the command's own, 128+N if signal N ended it, and always 124
#     if its time was up. 125: a failure of limited itself (SECONDS is a whole
#     number from 1 to 9999999), 126 and 127 as in a shell. The shell never
#     remarks "Aborted". A variable is given to the command by env, not in front.
#   - The command is in the process group of the script: it can read the
#     terminal, ^C and ^Z reach it. Stopped by ^Z and continued, it has its full
#     time again. A signal for the script need not wait until the command has ended.
#   - When its time is up it gets SIGTERM, and SIGKILL 2 s later. When limited gets
#     INT, QUIT, HUP or TERM the command gets the same, and SIGKILL 2 s later or at
#     the second signal. A command that answers ^C by ending well has status 0.
#   - When limited returns, nothing is left of what the command has started: not
#     in the background, not in other groups or sessions. If the script is killed,
#     by whatever signal, limited gets SIGTERM; if limited is killed, so is the command.
#   - Standard input, output and error are the command's. SIGINT and SIGQUIT have
#     their usual meaning for it, in a background job too.
# Where no trap is needed `"$LIMITED" SECONDS COMMAND...` does as well. quiet_make sets it.
LIMITED_TARGET=build/tools/limited
LIMITED=''

# player_of PATTERN: sets player to the script that runs the processes of a program on NATS, or
# to nothing: a program that is one process needs none.
player=''
player_of() {
    player=''
    ! on_nats "$1" || player=$ROOT/scripts/lib/nats-play
}

limited() {
    # In the background a shell takes standard input away.
    { "$LIMITED" "$@" <&9 9<&- & } 9<&0
    running=$!
    while :; do
        wait "$running" && ended=0 || ended=$?
        # A trap may have cut the wait short.
        { [ "$ended" -gt 128 ] && kill -0 "$running" 2>/dev/null; } || break
    done
    running=''
    return "$ended"
}

# limit_or SECONDS: prints COOKBOOK_LIMIT, or SECONDS if it is not set. In an
# assignment, so that its misuse ends the script: LIMIT=$(limit_or 10) || exit
limit_or() {
    case ${COOKBOOK_LIMIT:-$1} in
        0* | *[!0-9]* | ????????*) misuse 'COOKBOOK_LIMIT is a number of seconds, from 1 to 9999999' ;;
    esac
    echo "${COOKBOOK_LIMIT:-$1}"
}

# Seconds since some moment, with two places.
seconds() {
    date +%s%N | awk '{ printf "%.2f\n", /N$/ ? $1 + 0 : substr($1, 1, length($1) - 7) / 100 }'
}
