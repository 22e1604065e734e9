#!/usr/bin/env bats
# tests/prove, which runs all bats files, with files that go wrong.
# shellcheck disable=SC2016  # other shells expand it
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# prove SECONDS FILE...: runs tests/prove with that limit for each file, in a folder where
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
    gone "331.$$"
    gone "332.$$"
}

@test "a signal ends the test file, and no process of it is left" {
    hanging
    local signal job
    for signal in INT:130 TERM:143; do
        rm -f hangs
        COOKBOOK_FILE_LIMIT=100 PATH="${PATH//$BATS_LIBEXEC:/}" \
            env --default-signal=INT "$ROOT/tests/prove" here hanging.bats >out 2>&1 3>&- &
        job=$!
        waits test -e hangs
        living "332.$$"
        kill "-${signal%:*}" "$job"
        status=0
        wait "$job" || status=$?
        assert_equal "$status" "${signal#*:}"
        waits gone "331.$$"
        waits gone "332.$$"
    done
}

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

# proof_of FRESH: runs .ci/run. The fresh root ends with status FRESH, one test of six fails
# here, and the soak takes as many seconds as the file `naps` has.
proof_of() {
    mkdir -p .ci scripts
    cp "$ROOT/.ci/run" .ci/
    printf '#!/bin/sh\nexit %s\n' "$1" >.ci/fresh
    printf '#!/bin/sh\necho 5 1 0 >>"$COOKBOOK_TALLY"\nexit 1\n' >scripts/test
    printf '#!/bin/sh\nexit 0\n' | tee scripts/run >scripts/setup
    printf 'check:\n\t@echo 30 0 2 >>$$COOKBOOK_TALLY\nsoak:\n\t@: >soaks; sleep "$$(cat naps)"\n' >Makefile
    chmod +x .ci/fresh scripts/*
    run timeout -k 2 60 .ci/run
}

@test "the whole proof: on a fresh root, or else here, and its last line counts" {
    echo 0 >naps
    proof_of 0
    assert_success
    refute_line '== test'
    assert_equal "${lines[-1]}" '33 passed, 0 failed'
    proof_of 1
    assert_failure 1
    assert_equal "${lines[-1]}" '32 passed, 1 failed'
    proof_of 75
    assert_failure 1
    assert_line --regexp '^== test: 5 good, 1 bad, [0-9]+ s$'
    assert_equal "${lines[-1]}" '38 passed, 1 failed'
}

@test "a signal ends the whole proof at once, with all that it started" {
    local job
    echo 0 >naps
    proof_of 0
    echo "333.$$" >naps
    rm soaks
    .ci/run >out 2>&1 3>&- &
    job=$!
    waits test -e soaks
    kill "$job"
    status=0
    wait "$job" || status=$?
    assert_equal "$status" 143
    gone "333.$$"
}

@test "where no fresh root can be made, one line gives the reason" {
    mkdir bin
    ln -s "$(command -v bash)" "$(command -v dirname)" bin
    printf '#!/bin/sh\necho 1000\n' >bin/id
    chmod +x bin/id
    PATH=$PWD/bin run -75 bash "$ROOT/.ci/fresh"
    assert_output 'no fresh root here: it takes root rights'
    printf '#!/bin/sh\necho 0\n' >bin/id
    PATH=$PWD/bin run -75 bash "$ROOT/.ci/fresh"
    assert_output 'no fresh root here: this is no Debian, and no Ubuntu'
}

@test "every bats file is run by make test or by make check" {
    local file count
    cd "$ROOT" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS
    make -n test check >"$BATS_TEST_TMPDIR/recipes" 2>/dev/null
    find tests findings scripts patterns -name '*.bats' >"$BATS_TEST_TMPDIR/files"
    [ -s "$BATS_TEST_TMPDIR/files" ]
    while read -r file; do
        count=$(grep -cE "tests/prove .*[ ]$file( |\$)" "$BATS_TEST_TMPDIR/recipes") || true
        ((count > 0)) || fail "no target of the Makefile runs $file"
    done <"$BATS_TEST_TMPDIR/files"
    run -0 bash -c 'sort <(make -s tested) <(make -s checked) | uniq -d'
    assert_output ''
}
