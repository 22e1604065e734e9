# What all scripts share: usage texts, messages, the language, and the temporary folder.
# shellcheck shell=sh disable=SC2034  # the scripts use the colours

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
        say 'the name of the folder of the cookbook has a newline in it, which make does not allow'
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

# emit FILE: prints it, or an error if standard output takes no more. A reader that has
# closed its end is no error.
emit() {
    cat -- "$1" || cannot_write $?
}

# progress TEXT: on a terminal, one line that the next one replaces; without a text it goes.
progress() {
    if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
        printf '\r\033[K%s' "${1-}" >&2
    fi
}

cannot_write() {
    [ "$1" -ne 141 ] || exit 141
    say 'standard output cannot be written'
    exit 1
}

misuse() {
    say "$*"
    printf 'usage: %s    (-h explains more)\n' "$(sed -n 's/^# //;2p' "$0")" >&2
    exit 2
}

# Colours: on a terminal, unless NO_COLOR is set.
BOLD='' FAINT='' RED='' GREEN='' PLAIN=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    ESC=$(printf '\033')
    BOLD="${ESC}[1m" FAINT="${ESC}[2m" PLAIN="${ESC}[0m"
    RED="${ESC}[31m" GREEN="${ESC}[32m"
fi
