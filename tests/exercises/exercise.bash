# What the tests of the exercises share. An exercise proves itself: scripts/check refuses its
# task as it is shipped, passes each good solution, and refuses each bad one by the lane and
# with the words that stand in its first line: `/* refused by LANE: WORDS`. `WORDS | WORDS` are two ways
# to say it, of which a busy machine chooses. A deadlock that a free run may show or not is
# `refused by run or orders`.
# shellcheck shell=bash disable=SC2154  # run sets output and status
load ../helper

EXERCISES=$ROOT/patterns/exercises

# checked EXERCISE FILE: sets status and output.
checked() {
    cd "$ROOT" || return
    run timeout -k 5 $((6 * LIMIT)) scripts/check --settings "patterns/exercises/$1/settings" \
        "patterns/exercises/$1/$2"
}

complain() {
    printf '%s\n' "$@" "$output"
    complaints=$((complaints + 1))
}

task_fails() {
    local task=("$EXERCISES/$1"/task.*)
    checked "$1" "${task[0]##*/}"
    [[ $status == 1 && $output != *'compile   fault'* ]] || complain "the task should compile, and fail"
    grep -q 'YOUR TURN' "${task[0]}" || complain 'the task does not mark its hole'
}

good_ones_pass() {
    local file
    for file in "$EXERCISES/$1"/good/*; do
        checked "$1" "good/${file##*/}"
        [[ $status == 0 && $output == *'no fault found'* ]] || complain "good/${file##*/} should pass"
    done
}

bad_ones_are_refused() {
    local file lane words
    for file in "$EXERCISES/$1"/bad/*; do
        IFS=: read -r lane words < <(sed -n '1,2s,^[/#*]* refused by \(.*[^ ]\) *\(\*/\)\{0\,1\}$,\1,p' "$file")
        checked "$1" "bad/${file##*/}"
        words=${words# }
        if ! [[ ${lane-} && $status == 1 ]] ||
            ! grep -qF -- "${words// | /$'\n'}" <<<"$output" ||
            ! grep -Eq "^  (${lane// or /|}) +fault" <<<"$output"; then
            complain "bad/${file##*/} should be refused by $lane: $words"
        fi
    done
}

# proves NAME: all of it, and each complaint.
proves() {
    local complaints=0
    task_fails "$1"
    good_ones_pass "$1"
    bad_ones_are_refused "$1"
    [ $complaints = 0 ]
}
