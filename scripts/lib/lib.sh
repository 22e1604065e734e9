# What the scripts share. The script that reads this has set ROOT.
# shellcheck shell=sh disable=SC2034  # they use the colours

CURRICULUM=$ROOT/patterns/book/CURRICULUM
ME=scripts/${0##*/}
[ ! -e "$ROOT/scripts/book/${0##*/}" ] || ME=scripts/book/${0##*/}

say() {
    printf '%s: %s\n' "$ME" "$*" >&2
}

# A file that is opened while one of these is closed would take its place.
{ true 9<&0; } 2>/dev/null || exec </dev/null
{ true 9>&2; } 2>/dev/null || exec 2>/dev/null
{ true 9>&1; } 2>/dev/null || {
    say 'standard output is closed'
    exit 1
}

NEWLINE='
'
case $ROOT in
    *"$NEWLINE"*)
        say 'the name of the folder of the cookbook has a newline in it, which make cannot bear'
        exit 2
        ;;
esac

# What is used for temporary files must be a folder that can be written.
if [ -n "${TMPDIR-}" ] && ! { [ -d "$TMPDIR" ] && [ -w "$TMPDIR" ] && [ -x "$TMPDIR" ]; }; then
    unset TMPDIR
fi

# temporary: makes the folder $work. It goes when the script ends, and a signal ends
# the script with the status 128+N. A script with more to do then defines at_end.
work=''
temporary() {
    stopped=''
    trap 'stopped=129' HUP
    trap 'stopped=130' INT
    trap 'stopped=131' QUIT
    trap 'stopped=143' TERM
    # A signal in this moment must not part the folder from its name.
    work=$(
        trap '' HUP INT QUIT TERM
        for at in "${TMPDIR:-/tmp}" /tmp /var/tmp "$PWD"; do
            mktemp -d "$at/cookbook.XXXXXX" 2>/dev/null && exit
        done
    ) || true
    case $work in
        '' | /*) ;;
        *) work=$PWD/$work ;;
    esac
    trap 'finish_all $?' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 131' QUIT
    trap 'exit 143' TERM
    trap 'exit 141' PIPE
    [ -z "$stopped" ] || exit "$stopped"
    [ -n "$work" ] || {
        say 'no folder for temporary files can be written; set TMPDIR'
        exit 1
    }
}

at_end() {
    :
}

# What runs under limited ends before the folder goes.
running=''
finish_all() {
    trap '' HUP INT QUIT TERM PIPE
    [ -z "$running" ] || kill -TERM "$running" 2>/dev/null || true
    [ -z "$running" ] || wait "$running" || true
    at_end || true
    rm -rf ${work:+"$work"}
    exit "$1"
}

# These tools work alike in every language: with bytes, [a-z] and numbers with a point.
# In Turkish the i is not in [a-z], in German mawk reads 1.5 as 1 and writes 1,50. A
# program that a script runs has the language of the user.
awk() { LC_ALL=C command awk "$@"; }
grep() { LC_ALL=C command grep "$@"; }
sed() { LC_ALL=C command sed "$@"; }
tr() { LC_ALL=C command tr "$@"; }

# The script's own opening comment is its usage text; its first line is the
# synopsis, shown also after a mistake.
usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0" 2>/dev/null || cannot_write $?
}

# emit FILE: to standard output, or a clear word if that takes no more. A reader that has
# left is no mistake.
emit() {
    cat -- "$1" || cannot_write $?
}

cannot_write() {
    [ "$1" -ne 141 ] || exit 141
    say 'standard output cannot be written'
    exit 1
}

misuse() {
    say "$*"
    printf 'usage: %s    (-h tells more)\n' "$(sed -n 's/^# //;2p' "$0")" >&2
    exit 2
}

# Colours: on a terminal, unless NO_COLOR is set.
BOLD='' FAINT='' RED='' GREEN='' PLAIN=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    ESC=$(printf '\033')
    BOLD="${ESC}[1m" FAINT="${ESC}[2m" PLAIN="${ESC}[0m"
    RED="${ESC}[31m" GREEN="${ESC}[32m"
fi

# ---- the curriculum --------------------------------------------------------

# names: all patterns in teaching order; names_of CHAPTER: those of one.
names() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' "$CURRICULUM"
}

names_of() {
    awk -F '\t' -v n="$1" '!/^#/ && $1 == n { print $2 }' "$CURRICULUM"
}

is_pattern() {
    names | grep -Fqx -e "$1"
}

# chapters: the numbers; chapter_title N: the name of one.
chapters() {
    awk -F '\t' '$1 == "#chapter" { print $2 }' "$CURRICULUM"
}

chapter_title() {
    awk -F '\t' -v n="$1" '$1 == "#chapter" && $2 == n { print $3 }' "$CURRICULUM"
}

# field NAME N: one field of the curriculum; 1 chapter, 2 name, 3 level,
# 4 minutes, 5 watch, 6 symptom, 7 not-for, 8 also, 9 replay.
field() {
    awk -F '\t' -v name="$1" -v n="$2" '
        !/^#/ && $2 == name { print $n; exit }' "$CURRICULUM"
}

# title NAME: what line 1 of the program says after the dashes; of pitfalls/NAME
# what their list says.
title() {
    case $1 in
        pitfalls/*)
            pitfall_field "${1#pitfalls/}" 3
            return
            ;;
    esac
    [ -r "$ROOT/patterns/$1/$1.c" ] || return 0
    sed -n '1{s,^/\* [^ ]* -- ,,;s,[ */]*$,,;s,\.$,,;p;q;}' "$ROOT/patterns/$1/$1.c"
}

# pitfalls: their names; pitfall_field NAME N: 1 group, 2 name, 3 title, 4 caught,
# 5 also; rungs NAME: its broken programs, broken or broken1 broken2 ...
PITFALLS=$ROOT/patterns/book/pitfalls.tsv

pitfalls() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' "$PITFALLS"
}

is_pitfall() {
    pitfalls | grep -Fqx -e "$1"
}

pitfall_field() {
    awk -F '\t' -v name="$1" -v n="$2" '!/^#/ && $2 == name { print $n; exit }' "$PITFALLS"
}

rungs() {
    (cd "$ROOT/patterns/pitfalls/$1" && ls broken*.c) | sed 's/\.c$//'
}

# pitfalls_too: the curriculum, and behind it lines of the same fields for these.
pitfalls_too() {
    cat "$CURRICULUM"
    awk -F '\t' '
        $1 == "#group" { group[$2] = $3 }
        !/^#/ && NF > 1 {
            print "pitfalls\tpitfalls/" $2 "\t\t\t\t" group[$1] "\t\t" $5 "\t"
        }' "$PITFALLS"
}

# nearest WORD: up to five patterns that WORD may have meant, the best first:
# by its letters, by a part of the name, by another name that it goes by.
nearest() {
    pitfalls_too | WORD=$1 awk -F '\t' '
        function min(a, b) { return a < b ? a : b }
        function distance(a, b,    i, j, row, left, above) {
            for (j = 0; j <= length(b); j++) row[j] = j
            for (i = 1; i <= length(a); i++) {
                left = row[0]; row[0] = i
                for (j = 1; j <= length(b); j++) {
                    above = row[j]
                    row[j] = min(min(above, row[j - 1]) + 1, \
                        left + (substr(a, i, 1) != substr(b, j, 1)))
                    left = above
                }
            }
            return row[length(b)]
        }
        function squeeze(s) { s = tolower(s); sub(/^pitfalls\//, "", s); gsub(/[^a-z0-9]/, "", s); return s }
        # 0 is the same; from 100 on it is another word.
        function unlike(s,    d) {
            s = squeeze(s)
            if (s == w) return 0
            if (length(w) > 2 && (index(s, w) == 1 || index(w, s) == 1)) return 1
            if (length(w) > 2 && (index(s, w) || length(s) > 3 && index(w, s)))
                return 2
            d = distance(w, s)
            return d <= length(w) / 3 + 1 ? 2 + d : 100
        }
        BEGIN { w = squeeze(ENVIRON["WORD"]) }
        /^#/ || NF < 8 { next }
        {
            best = unlike($2)
            n = split($8, also, / *, */)
            for (i = 1; i <= n; i++) best = min(best, unlike(also[i]) + 0.5)
            if (best < 100) printf "%04.1f\t%03d\t%s\n", best, NR, $2
        }' | sort | cut -f 3 | head -n 5
}

# unknown NAME: says so, with the nearest names, and ends with status 2.
unknown() {
    say "there is no pattern '$1'"
    case $1 in
        */*) ;;
        *)
            for near in "$1" "$1.c"; do
                [ -f "$near" ] || continue
                [ -x "$near" ] || [ "$near" != "$1" ] || continue
                case $near in *.c) ;; *) near=./$near ;; esac
                printf 'A file of your own? Then: %s %s\n' "$ME" "$near" >&2
                exit 2
            done
            ;;
    esac
    near=$(nearest "$1")
    if [ -n "$near" ]; then
        echo 'Did you mean:' >&2
        for name in $near; do
            printf '    %-18s %s\n' "$name" "$(title "$name")" >&2
        done
    fi
    echo "All names: scripts/run --list    By what they are about: scripts/run --find WORD" >&2
    exit 2
}

# ---- chan.h without the laboratory -----------------------------------------

# unhooked FILE: chan.h without its hooks for the laboratory and ThreadSanitizer, as
# snippets have it: the same code for the compiler, and fewer lines to read. With
# -DCHAN_LAB it says that there is no laboratory in it.
unhooked() {
    awk '
        # The text without its hooks: each ends with its closing bracket, here or in
        # one of the next lines.
        function strip(s,    at, i, depth, c, next_line) {
            while (match(s, /CHAN_(LAB|TSAN)_\(/)) {
                at = RSTART
                depth = 0
                for (i = at + RLENGTH - 1; ; i++) {
                    if (i > length(s)) {
                        if ((getline next_line) <= 0) break
                        s = s next_line
                    }
                    c = substr(s, i, 1)
                    depth += (c == "(") - (c == ")")
                    if (depth == 0) break
                }
                hooks++
                s = substr(s, 1, at - 1) substr(s, i + 1)
                sub(/ +$/, "", s); sub(/ ;$/, ";", s)
                if (substr(s, at - 1, 1) == " " && substr(s, at, 1) == " ")
                    s = substr(s, 1, at - 1) substr(s, at + 1)
            }
            return s
        }
        /^#define CHAN_(LAB|TSAN)_/ { next }
        /^ \* lies beside this file\.$/ { next }
        { sub(/ ThreadSanitizer sees exactly this order if chan_tsan\.h$/, "") }
        /^#ifdef CHAN_LAB/ && !inside++ && !told++ {
            print
            print "#error \"this chan.h is without the laboratory: scripts/snippet --header --lab has both\""
            print "#endif"
        }
        /^#if.*(CHAN_TSAN_\(|"chan_tsan\.h")/ { inside = 1 }
        inside { if (/^#endif/) inside = 0; next }
        { n = hooks; s = strip($0); if (n == hooks || s !~ /^ *$/) print s }' "$1"
}

# ---- what must be installed ------------------------------------------------

# purpose, Debian package, how to see that it is there, what it is good for. What
# Debian calls essential is in no row: coreutils, findutils, grep, sed, an awk, tar.
# /PATH is a file; lib:NAME is a library of bats; bats:VERSION the oldest that the tests can use.
requirements() {
    cat <<'END'
run    gcc                cc              the C compiler
run    libc6-dev          stdio.h         the C library's headers
run    make               make            builds the programs
bats   bats               bats:1.7        runs the tests
bats   bats-support       lib:bats-support the tests' assertions
bats   bats-assert        lib:bats-assert the tests' assertions
test   patch              patch           plays each page's "Break it"
test   jq                 jq              sees that a trace is JSON
test   libxml2-utils      xmllint         sees that a picture is XML
test   netcat-openbsd     nc              clients of the servers
test   busybox            busybox         a web server to poll
check  clang              clang           the other compiler
check  lld                ld.lld          another linker, which optimizes
check  g++                g++             C++, which the header refuses
check  clang-format       clang-format    the layout of C files
check  gawk               gawk            another awk
check  shellcheck         shellcheck      mistakes in scripts
check  shfmt              shfmt           the layout of scripts
check  cppcheck           cppcheck        mistakes in programs
check  valgrind           valgrind        memory, a second opinion
check  spin               spin            every interleaving, of a model
check  musl-tools         musl-gcc        the other C library
check  gcc-riscv64-linux-gnu riscv64-linux-gnu-gcc a compiler for another machine
check  libc6-dev-riscv64-cross /usr/riscv64-linux-gnu/include/stdio.h headers for it
check  git                git             a clone keeps the line ends
check  locales            /usr/share/i18n/locales/tr_TR to try other languages
check  original-awk       original-awk    a third awk
check  clang-22           clang-22        a newer compiler, with a defer of its own
bench  golang-go          go              the same in Go, to compare
bench  gnuplot-nox        gnuplot         draws the figures
END
}

# purposes PURPOSE: those that it includes.
purposes() {
    case $1 in
        run) echo run ;;
        bats) echo run bats ;;
        test) echo run bats test ;;
        check) echo run bats test check ;;
        bench) echo run bench ;;
        all) echo run bats test check bench ;;
    esac
}

# compiler: the command in CC, which may be several words: gcc -std=gnu17, ccache gcc.
compiler() (
    # shellcheck disable=SC2086  # a list of words
    set -- ${CC:-cc}
    printf '%s\n' "$1"
)

run_compiler() {
    # shellcheck disable=SC2086  # a list of words
    ${CC:-cc} "$@"
}

# here HOW: whether that command, header or bats library is installed.
here() {
    case $1 in
        cc) command -v "$(compiler)" >/dev/null 2>&1 ;;
        /*) [ -e "$1" ] ;;
        *.h) echo "#include <$1>" | run_compiler -E -o /dev/null - 2>/dev/null ;;
        lib:*)
            for folder in $(echo "${BATS_LIB_PATH-}" | tr : ' ') /usr/lib/bats \
                /usr/share/bats /usr/local/lib/bats /usr/lib; do
                [ ! -r "$folder/${1#lib:}/load.bash" ] || return 0
            done
            return 1
            ;;
        bats:*) command -v bats >/dev/null 2>&1 && [ -z "$(bats_older_than "${1#*:}")" ] ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# bats_older_than VERSION: the version of the bats here if it is older than this one,
# or no version at all.
bats_older_than() {
    bats --version 2>/dev/null | awk -v wanted="$1" '
        { split($2, have, "."); split(wanted, want, ".") }
        $1 == "Bats" && (have[1] + 0 > want[1] + 0 ||
            have[1] + 0 == want[1] + 0 && have[2] + 0 >= want[2] + 0) { fine = 1 }
        { version = $2 }
        END { if (!fine) print version == "" ? "of an unknown version" : version }'
}

# too_old PURPOSE: what is here, and not new enough for it, as a sentence.
too_old() {
    requirements | while read -r purpose _ how _; do
        case " $(purposes "$1") " in
            *" $purpose "*) ;;
            *) continue ;;
        esac
        case $how in
            bats:*)
                ! command -v bats >/dev/null 2>&1 || here "$how" ||
                    echo "bats $(bats_older_than "${how#*:}") is too old: ${how#*:} or newer is needed," \
                        "from Debian 12 or Ubuntu 24.04, or as the npm package bats"
                ;;
        esac
    done
}

# missing PURPOSE: the packages that it needs and that are not here;
# lacking PURPOSE: the same as commands, for systems with other packages.
missing() {
    requirements | while read -r purpose package how _; do
        case " $(purposes "$1") " in
            *" $purpose "*) here "$how" || echo "${2:-$package}" | sed "s,HOW,$how," ;;
        esac
    done | paste -s -d ' ' -
}

lacking() {
    missing "$1" HOW | sed 's/lib://g; s/bats:[0-9.]*/bats/; s/ /, /g'
}

# demand PURPOSE: end where something is missing for it, and install nothing.
demand() {
    [ -n "$(missing "$1")" ] || return 0
    old=$(too_old "$1")
    say "${old:-$(lacking "$1") missing: scripts/setup installs what is needed}"
    exit 1
}

# require PURPOSE: install what is missing for it, or say how, and end.
require() {
    [ -z "$(missing "$1")" ] || "$ROOT/scripts/setup" "$1" || exit 1
}

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

# make, quietly and by itself, whoever called us.
quiet_make() {
    find_tree
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$TREE" \
        --no-print-directory "$@" >&2 </dev/null
}

# ---- what a script is to run -------------------------------------------------

# own SOURCE...: compiles the user's own program, with the laboratory and without
# optimizing away what a debugger wants to see; sets program. It stays in build/own, so
# that a script may become it. What the compiler says counts if it fails.
own() {
    find_tree
    program=$TREE/build/own/$(printf '%s\n' "$PWD" "$@" | cksum | cut -d ' ' -f 1)
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
    said=$(run_compiler -std=c11 ${CFLAGS:--O2 -g} $(sed -n 's/^WARNINGS *:= *//p' "$ROOT/Makefile") \
        -pthread -DCHAN_LAB -I"$ROOT/common" -o "$program.$$" "$@" ${LDFLAGS-} 2>&1 </dev/null) || {
        rm -f "$program.$$"
        printf '%s\n' "$said" >&2
        say "$name.c does not compile"
        exit 1
    }
    mv -f "$program.$$" "$program"
}

# choose WORD...: finds out what the first word names: a pattern, pitfalls/NAME or
# pitfalls/NAME/PROGRAM (broken, broken2, mended), a C file and those behind it, or
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
            kind=pitfall name=${1#pitfalls/} rung=''
            case $name in */*) rung=${name#*/} name=${name%%/*} ;; esac
            is_pitfall "$name" || unknown "$1"
            [ -n "$rung" ] || rung=$(rungs "$name" | head -n 1)
            source=patterns/pitfalls/$name/$rung.c
            case $rung in */*) source='' ;; esac
            { [ -n "$source" ] && [ -r "$ROOT/$source" ]; } ||
                misuse "$1 is none of: $(rungs "$name" | paste -s -d ' ' -) mended"
            chosen=pitfalls/$name/$rung name=$name-$rung
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
            quiet_make "$LIMITED_TARGET" "build/$chosen"
            program=$TREE/build/$chosen
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

# results KIND: prints the folder for what a script writes down when -o names none. For a
# program of the user's it is the current folder, for ours build/KIND.
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

# limited SECONDS COMMAND [ARG...]: runs it for at most so long. Before the first call
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
