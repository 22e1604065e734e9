#!/usr/bin/env bats
# scripts/learn and scripts/check as a reader uses them: the folder of the attempts, a pipe
# that is closed, a file name that the shell would take apart, an interrupt.
# shellcheck disable=SC2154  # run sets output and status
load ../helper

setup() {
    cd "$ROOT" || return
    export COOKBOOK_LEARN="$BATS_TEST_TMPDIR/my student's folder"
    attempt=$COOKBOOK_LEARN/wait-for-all.c
}

learn() {
    run timeout -k 5 $((6 * LIMIT)) scripts/learn "$@"
}

@test "learn: a reader that closes its end early is no error" {
    local word
    for word in list report; do
        scripts/learn "$word" 2>"$BATS_TEST_TMPDIR/err" | head -n 1 >/dev/null
        [ ! -s "$BATS_TEST_TMPDIR/err" ]
    done
}

@test "learn: the command that shows a fault again works with a blank and an apostrophe in the path" {
    learn check
    [[ $status == 1 && $output == *'See it:  '* ]]
    learn replay
    [[ $status == 0 && $output == *'total: 0'*'(exit status 0)'* ]]
}

@test "learn: a fault without a command to show it is named as such" {
    learn replay
    [[ $status == 2 && $output == *'no fault of wait-for-all is known'* ]]
    learn
    echo 'int main(void) {' >"$attempt"
    learn check
    [[ $status == 1 && $output == *'does not compile'* ]]
    learn replay
    [[ $status == 0 && $output == *'needs no run'* ]]
}

@test "learn: reset keeps the attempt, and names none where there was none" {
    learn reset
    [[ $status == 0 && $output == *'is the task.' && $output != *.old* ]]
    echo mine >"$attempt"
    learn reset
    [[ $status == 0 && $output == *'Your attempt is '*.c.old. && $(<"$attempt.old") == mine ]]
}

@test "learn: a folder that cannot be written is named, and list needs none" {
    COOKBOOK_LEARN=/dev/null/learn learn
    [[ $status == 1 && $output == *'cannot be written; COOKBOOK_LEARN names another folder' ]]
    mkdir -p "$attempt"
    rmdir "$attempt"
    ln -s /dev/null/nowhere "$attempt"
    learn
    [[ $status == 1 && $output == *'cannot be written; COOKBOOK_LEARN names another folder' ]]
    COOKBOOK_LEARN=/dev/null/learn learn list
    [ "$status" = 0 ]
}

@test "learn: next goes to the following exercise that is not solved, jump to any, and solution waits" {
    learn next
    [[ $status == 0 && $output == '2 of 16: '* && -e $COOKBOOK_LEARN/end-of-stream.c ]]
    learn jump drain-all
    [[ $status == 0 && $output == '15 of 16: '* ]]
    learn next
    learn next
    [[ $status == 0 && $output == '1 of 16: '* ]]
    learn solution
    [[ $status == 2 && $output == *'three hints'* ]]
    for _ in 1 2 3; do
        learn hint
    done
    [[ $status == 0 && $output == 'Hint 3 of 3: '*'That was the last hint'* ]]
    learn solution
    [[ $status == 0 && $output == *'==> '*'good/'* ]]
}

@test "learn: a right attempt is solved, and the report and the list say so" {
    learn jump you-schedule
    cp patterns/exercises/you-schedule/good/one-after-the-other.schedule "$COOKBOOK_LEARN/you-schedule.schedule"
    learn check
    [[ $status == 0 && $output == *'Solved: you-schedule.'*'Next: drain-all'* ]]
    learn report
    [[ $status == 0 && $output == *'you-schedule '*' solved on '????-??-??' in 100 orders, hints: none'*'1 of 16 solved' ]]
    learn list
    [[ $status == 0 && $output == *$'\nx you-schedule'* && $output == *$'\n> drain-all'* ]]
}

@test "learn: the report of a race that is replayed is beside the attempt, not in the current folder" {
    learn jump own-copy
    cp patterns/exercises/own-copy/bad/volatile.c "$COOKBOOK_LEARN/own-copy.c"
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here"
    run timeout -k 5 $((6 * LIMIT)) "$ROOT/scripts/learn" check
    [[ $status == 1 && $output == *'race on '* ]]
    run timeout -k 5 $((6 * LIMIT)) "$ROOT/scripts/learn" replay
    [[ $output == *'race on '*'(exit status 66)'* ]]
    [ -e "$COOKBOOK_LEARN/own-copy.txt" ]
    [ -z "$(ls -A)" ]
}

@test "agenda: the day takes six and a half hours with lunch, and has each exercise once" {
    run timeout -k 5 "$LIMIT" scripts/agenda 08:30
    [[ $status == 0 && $output == *'15:00 '*'end, after 6 hours and 30 minutes'* && $output == *Lunch* ]]
    [ "$(grep -c '^.....  *[0-9]* min      [a-z]' <<<"$output")" = 16 ]
}

@test "check: an interrupt ends it at once, and leaves no folder behind" {
    local file=$BATS_TEST_TMPDIR/long.c
    mkdir "$BATS_TEST_TMPDIR/tmp"
    printf '#include "chan.h"\n#include <unistd.h>\nint main(void)\n{\n    for (;;)\n        sleep(1);\n}\n' >"$file"
    TMPDIR=$BATS_TEST_TMPDIR/tmp COOKBOOK_LIMIT=$LIMIT run timeout -k 5 -s INT 3 scripts/check "$file"
    [ "$status" = 124 ]
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/tmp")" ]
}

@test "check: an attempt that changes the task in place of solving it is refused" {
    local exercise=patterns/exercises/wait-for-all
    mkdir "$BATS_TEST_TMPDIR/it's"
    local file="$BATS_TEST_TMPDIR/it's mine.c"
    sed 's/^int main/#undef sleep_ms\n#define sleep_ms(n) (void)(n)\n\n&/' $exercise/good/wait-group.c >"$file"
    run timeout -k 5 $((2 * LIMIT)) scripts/check --settings $exercise/settings --only run "$file"
    [[ $status == 1 && $output == *'may change what the rest of the task means'* ]]
    sed 's/sleep_ms(WORK_MS);/(void)WORK_MS;/' $exercise/good/wait-group.c >"$file"
    run timeout -k 5 $((2 * LIMIT)) scripts/check --settings $exercise/settings --only run "$file"
    [[ $status == 1 && $output == *"it lacks line "*sleep_ms* ]]
    # More lines and more members are no fault.
    sed 's/^int main.*/static int more(void)\n{\n    return 1;\n}\n\n&/; s/int n = argc/(void)more();\n    &/' \
        $exercise/good/wait-group.c >"$file"
    run timeout -k 5 $((2 * LIMIT)) scripts/check --settings $exercise/settings --only run "$file"
    [ "$status" = 0 ]
}
