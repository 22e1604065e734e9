#!/usr/bin/env bats
# What a teacher uses: the grades of a class, and the tasks as a terminal and a slide show them.
# shellcheck disable=SC2154  # run sets output and status
load ../helper

setup() {
    cd "$ROOT" || return
    mkdir -p "$BATS_TEST_TMPDIR/ann/learn" "$BATS_TEST_TMPDIR/bob"
    cp patterns/exercises/you-schedule/good/one-after-the-other.schedule \
        "$BATS_TEST_TMPDIR/ann/learn/you-schedule.schedule"
    cp patterns/exercises/you-schedule/task.schedule "$BATS_TEST_TMPDIR/bob/you-schedule.schedule"
}

@test "grade: takes the learn/ folder of a student, the folder around it, and a folder of attempts" {
    local folder
    for folder in ann ann/learn; do
        run timeout -k 5 $((4 * LIMIT)) scripts/grade "$BATS_TEST_TMPDIR/$folder"
        [[ $status == 1 && $output == *'"ann","you-schedule","passed","",""'* ]]
        [[ $output == *'"ann","the-judge","missing","",""'* ]]
    done
    run timeout -k 5 $((4 * LIMIT)) scripts/grade "$BATS_TEST_TMPDIR/bob"
    [[ $status == 1 && $output == *'"bob","you-schedule","fault","schedule",'*'ends well'* ]]
}

@test "learn: the text of a task has no link of a page, and its commands are indented" {
    COOKBOOK_LEARN=$BATS_TEST_TMPDIR/learn run timeout -k 5 "$LIMIT" scripts/learn jump you-schedule
    [[ $status == 0 && $output != *']('* && $output != *'```'* ]]
    [[ $output == *$'\n    scripts/step patterns/exercises/you-schedule/broken.c'* ]]
}
