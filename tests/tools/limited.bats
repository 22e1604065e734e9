#!/usr/bin/env bats
# The promises of scripts/lib/programs.sh about `limited`, by which the scripts run programs.
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    LIMITED=$ROOT/build/tools/limited
    # A word in the command lines of all processes of this test.
    MARK=mark.$BATS_TEST_NUMBER.$$
    export MARK
    cp "$(command -v sleep)" "$MARK"
}

# ends WITHIN COMMAND...: the command ends WITHIN seconds, and no process of it is left.
# Sets $code.
ends() {
    local began=$SECONDS within=$1
    shift
    code=0
    timeout -k 1 30 "$@" 3>&- || code=$?
    ((SECONDS - began <= within))
    gone "$MARK"
}

@test "the status is the command's own" {
    run -7 "$LIMITED" 20 sh -c 'exit 7'
    run -134 "$LIMITED" 20 sh -c 'kill -ABRT $$'
    run -137 "$LIMITED" 20 sh -c 'kill -KILL $$'
    run -127 "$LIMITED" 20 ./none
    : >text
    run -126 "$LIMITED" 20 ./text
    local seconds
    for seconds in 0 -1 1.5 x '' 10000000; do
        run -125 "$LIMITED" "$seconds" true
    done
    run -125 "$LIMITED" 1
    # The shell of a script prints nothing about it either.
    run -0 sh -c "'$LIMITED' 20 sh -c 'kill -ABRT \$\$' || true"
    assert_output ''
}

@test "over the limit it is 124, and nothing is left" {
    ends 9 "$LIMITED" 1 "./$MARK" 99
    assert_equal "$code" 124
    ends 9 "$LIMITED" 1 sh -c "./$MARK 99 | cat; true"
    assert_equal "$code" 124
    # It ignores signals, has a group and a session of its own, is an orphan, is stopped.
    ends 9 "$LIMITED" 1 sh -c "trap '' TERM HUP INT; setsid ./$MARK 99 & (./$MARK 98 &)
        ./$MARK 97 & kill -STOP \$!; while :; do ./$MARK 96; done"
    assert_equal "$code" 124
}

@test "what a command leaves behind ends with it" {
    ends 9 "$LIMITED" 20 sh -c "setsid ./$MARK 99 & (setsid ./$MARK 98 &) ; exit 5"
    assert_equal "$code" 5
}

# told SIGNAL STATUS SCRIPT: limited gets the signal while the script runs.
told() {
    local pid code=0
    rm -f ready
    "$LIMITED" 60 sh -c "$3" 3>&- &
    pid=$!
    waits test -e ready
    kill -s "$1" $pid
    wait $pid || code=$?
    assert_equal "$code" "$2"
    gone "$MARK"
}

@test "a signal ends the command and everything that it started" {
    set -m # or bash lets it ignore INT and QUIT
    local script=": >ready; setsid ./$MARK 99 & ./$MARK 98"
    told INT 130 "$script"
    told QUIT 131 "$script"
    told HUP 129 "$script"
    told TERM 143 "$script"
    told TERM 143 "trap '' TERM; $script"
    told INT 3 "trap 'exit 3' INT; : >ready; while :; do ./$MARK 0.1; done"
}

@test "nothing outlives a script or a limited that is killed" {
    local pid code=0
    bash -c "'$LIMITED' 60 sh -c ': >ready; ./$MARK 99 & ./$MARK 98'; true" 3>&- &
    pid=$!
    waits test -e ready
    kill -KILL $pid
    wait $pid || true
    waits gone "$MARK"
    rm ready
    "$LIMITED" 60 bash -c ": >ready; exec ./$MARK 98" 3>&- &
    pid=$!
    waits test -e ready
    kill -KILL $pid
    wait $pid || true
    waits gone "$MARK"
}

@test "a background job gets SIGINT back; what nohup ignores stays ignored" {
    # shellcheck disable=SC2016  # sh expands it
    run sh -c "'$LIMITED' 20 sh -c 'kill -INT \$\$' & wait \$!"
    assert_failure 130
    # shellcheck disable=SC2016
    run -5 sh -c "trap '' HUP; '$LIMITED' 20 sh -c 'kill -HUP \$PPID \$\$; sleep 0.1; kill -HUP \$PPID; sleep 0.1; exit 5'"
}

@test "the command can read the terminal, and leaves it in order" {
    need script stty
    script -qec true /dev/null || skip 'no terminal is to be had here'
    { waits test -e ready && echo 'from the terminal' && waits test -e status; } |
        timeout -k 1 30 script -qec "'$LIMITED' 10 sh -c ': >ready; read -r line; echo \"\$line\" >got'
            echo \$? >status" /dev/null
    assert_equal "$(cat got status)" $'from the terminal\n0'
    run -0 timeout -k 1 20 script -qec "'$LIMITED' 1 sh -c 'stty raw -echo; sleep 9'; stty" /dev/null </dev/null
    refute_output --regexp '-echo|-icanon'
}

@test "^C on the terminal ends everything at once" {
    need script
    script -qec true /dev/null || skip 'no terminal is to be had here'
    { waits test -e ready && printf '\003' && waits test -e status; } |
        timeout -k 1 30 script -qec "trap : INT; '$LIMITED' 60 sh -c ': >ready; setsid ./$MARK 99 & ./$MARK 98'
            echo \$? >status" /dev/null 3>&-
    assert_equal "$(cat status)" 130
    gone "$MARK"
}
