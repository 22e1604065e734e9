#!/usr/bin/env bats
# tests/prove, which runs all bats files, with files that go wrong.
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# prove SECONDS FILE...: tests/prove with that limit for each file, in a folder where
# nothing is built, and as if bats had not started it.
prove() {
    local limit=$1
    shift
    env -u COOKBOOK_TALLY -u COOKBOOK_JOBS -u BATS_TEST_FILTER COOKBOOK_FILE_LIMIT="$limit" \
        PATH="${PATH//$BATS_LIBEXEC:/}" timeout -k 2 60 "$ROOT/tests/prove" here "$@" 3>&-
}

# hanging: a file whose second test hangs, with two programs in the background: one
# in a process group of its own, one in a session of its own.
hanging() {
    sed 's/^=//' >hanging.bats <<END
=@test "the first" { true; }
=@test "waits for ever" {
    timeout 400 sleep 331.$$ &
    setsid sleep 332.$$ &
    : >$PWD/hangs
    while sleep 0.1; do :; done
=}
=@test "never begins" { true; }
END
}

@test "a file that hangs is ended with all that it started, and the test is named" {
    hanging
    echo '@test "fine" { true; }' >fine.bats
    run -1 prove 3 hanging.bats fine.bats
    assert_line --regexp '^  hanging +2 FAILED$'
    assert_line '    ended by force after 3 s, in test 2 waits for ever'
    assert_line --regexp '^here: 2 passed, 2 failed '
    run -1 running "33[12].$$"
}

@test "who is told to end leaves nothing of a file behind" {
    hanging
    local signal job
    for signal in INT:130 TERM:143; do
        rm -f hangs
        COOKBOOK_FILE_LIMIT=100 PATH="${PATH//$BATS_LIBEXEC:/}" \
            env --default-signal=INT "$ROOT/tests/prove" here hanging.bats >out 2>&1 3>&- &
        job=$!
        waits test -e hangs
        run -0 running "332.$$"
        kill "-${signal%:*}" "$job"
        status=0
        wait "$job" || status=$?
        assert_equal "$status" "${signal#*:}"
        waits gone "33[12].$$"
    done
}

gone() { ! running "$1"; }

@test "a file without tests, and one that bats can't read, have failed" {
    : >empty.bats
    echo 'helper=1' >none.bats
    printf '@test "open" {\n    if true; then\n}\n' >broken.bats
    printf '@test "fine" { true; }\nexit 0\n' >leaves.bats
    local file
    for file in empty none broken leaves missing; do
        run -1 prove 20 "$file.bats"
        assert_line --regexp "^  $file +1 FAILED$"
        assert_line --regexp '^here: 0 passed, 1 failed '
    done
}

@test "what passed, failed and was skipped is counted, and added to a file" {
    printf '@test "%s" { %s; }\n' fine true 'fine, too' true wrong false none 'skip "no such tool"' >mixed.bats
    run -1 prove 20 mixed.bats
    assert_line --partial 'not ok 3 wrong'
    assert_line --regexp '^here: 2 passed, 1 failed, 1 skipped '
    COOKBOOK_TALLY=$PWD/tally PATH="${PATH//$BATS_LIBEXEC:/}" run "$ROOT/tests/prove" here mixed.bats
    assert_equal "$(cat tally)" '2 1 1'
}
