#!/usr/bin/env bash
# A model that spin finds deadlocked counts as free of errors once it states a property.
#
# The guess: a property adds a check. A model with a deadlock has "errors: 1"; with a line
# "ltl { [] ok }" about something else, it has at least as many.
# The fact: with an ltl block (or a never claim) in the file the verifier drops the search for
# deadlocks and prints "errors: 0". One line of its report says so: "invalid end states -
# (disabled by never claim)". Deadlocks are searched for again when the verifier is compiled with
# -DNOCLAIM (or by "spin -run -noclaim"). So a model with properties needs two runs. The exit
# status tells neither: it is 0 with errors and without.
#
# Seen with spin 6.5.2 (Debian 12). Source: the verifier's own report, quoted above.

set -eu
work=$(mktemp -d)
children=()
finish() {
    for pid in "${children[@]}"; do
        kill "$pid" 2>/dev/null || :
    done
    wait
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"
export TMPDIR="$work"

skip() {
    echo "CANNOT BE TRIED HERE: $*"
    exit 77
}
changed() {
    echo "CHANGED: $*"
    exit 1
}

# ended_with: waits for the last child, and returns its status.
ended_with() {
    local status=0
    wait "${children[-1]}" || status=$?
    unset 'children[-1]'
    return "$status"
}

# limited SECONDS COMMAND...: runs the command in the background, so that ^C is answered at once.
limited() {
    timeout -k 1 "$@" &
    children+=("$!")
    ended_with
}

# fetch NAME=VERSION...: unpacks Debian packages below root/.
fetch() {
    for package in "$@"; do
        limited 300 apt-get -qq -o APT::Sandbox::User=root download "$package" >log 2>&1 ||
            skip "no Debian package $package ($(tail -n 1 log))"
    done
    for package in ./*.deb; do
        limited 120 dpkg -x "$package" root || skip "cannot unpack $package"
    done
}

# verify MODEL BUILD RUN: prints what the verifier, built and run with one option each (or ""),
# says about errors and about end states.
verify() {
    local model=$1
    limited 60 root/usr/bin/spin -a "$model" >log 2>&1 || skip "spin cannot read $model"
    limited 60 cc -w ${2:+"$2"} -o pan pan.c || skip "no C compiler for spin's verifier"
    status=0
    limited 60 ./pan ${3:+"$3"} >report 2>&1 || status=$?
    errors=$(sed -n 's/.*errors: \([0-9]*\)$/\1/p' report)
    states=$(sed -n 's/^\tinvalid end states\t//p' report)
    echo "$model${2:+ $2}${3:+ $3}: errors: $errors, exit status $status"
    echo "  invalid end states: $states"
}

fetch spin=6.5.2+dfsg-1
root/usr/bin/spin -V

# Each of two processes sends first, and no channel has room for a value.
cat >deadlock.pml <<'END'
chan left = [0] of { bit };
chan right = [0] of { bit };
active proctype one() { left!1; right?1 }
active proctype two() { right!1; left?1 }
END
{
    cat deadlock.pml
    echo 'bool ok = true; ltl fine { [] ok }'
} >with-property.pml

verify deadlock.pml "" ""
[ "$errors $status" = '1 0' ] || changed 'the plain model has another result'
verify with-property.pml "" ""
[ "$errors $status" = '0 0' ] || changed 'the deadlock is found beside a property'
verify with-property.pml "" -a
[ "$errors $status" = '0 0' ] || changed 'the deadlock is found beside a property, with -a'
verify with-property.pml -DNOCLAIM ""
[ "$errors $status" = '1 0' ] || changed '-DNOCLAIM does not bring the deadlock back'
echo 'as stated: the property hides the deadlock'
