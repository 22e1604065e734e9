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

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

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
