#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# begins JOBS [CLEAN_UP_MS]: starts the program, and waits for its pid file: from then
# on $pid is its own number, not that of the `timeout` around it. A background
# job of the shell would ignore SIGINT, so it gets the default effect back.
begins() {
    rm -f pid
    COOKBOOK_WRAP="env ${disposition:---default-signal=INT} ${COOKBOOK_WRAP-}" \
        play signal-quit -c "${2:-20}" -p pid "$1" >out 2>err 3>&- &
    job=$!
    for ((i = 0; i < 2000; i++)); do
        pid=''
        kill -0 "$job" 2>/dev/null || return
        # shellcheck disable=SC2094  # it is a file and a variable
        [ ! -s pid ] || read -r pid <pid || true
        [ -z "$pid" ] || return 0
        sleep 0.005
    done
    fail 'there is no pid file'
}

# ends: waits for it, and leaves $status.
ends() {
    status=0
    wait "$job" || status=$?
}

# some_ms N: sleeps for up to N milliseconds.
some_ms() {
    sleep "$(printf '0.%03d' $((RANDOM % $1)))"
}

# clean REASON: it ended in order. The jobs from 1 on, none twice and none left out,
# the reason, the clean-up; and the pid file is removed.
clean() {
    local jobs
    jobs=$(grep -c '^job' out) || true
    {
        seq "$jobs" | sed 's/^/job /'
        printf 'stopping: %s\nclean-up complete\n' "$1"
    } | diff - out
    [ ! -e pid ]
}

holds() {
    assert_output "$(transcript signal-quit)"
    assert_equal "$stderr" ''
}

@test "does jobs, receives the signal as a message, cleans up" {
    repeat run_holds signal-quit
}

@test "a ^C at any moment: the clean-up runs, and the status is 0" {
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        begins 100000
        some_ms 60
        kill -INT "$pid"
        ends
        assert_equal "$status" 0
        clean Interrupt
    done
}

@test "SIGTERM is as good as ^C" {
    begins 100000
    some_ms 60
    kill -TERM "$pid"
    ends
    assert_equal "$status" 0
    clean Terminated
}

@test "the first ^C is a message even where SIGINT was ignored when it started" {
    disposition='--ignore-signal=INT' # as in the background of a script
    begins 100000
    some_ms 60
    kill -INT "$pid"
    ends
    assert_equal "$status" 0
    clean Interrupt
}

@test "a ^C during the clean-up ends it at once, whatever the first signal was" {
    local first
    for disposition in --default-signal=INT --ignore-signal=INT; do
        for first in INT TERM; do
            begins 100000 60000
            kill "-$first" "$pid"
            waits grep -q stopping out
            kill -INT "$pid"
            ends
            assert_equal "$status" 130
            [ -e pid ]
            refute grep clean-up out
        done
    done
}

@test "with --twice the second ^C ends it during the clean-up" {
    run -130 --separate-stderr play signal-quit --twice -p pid -c 60000
    assert_output "$(transcript signal-quit | grep -v clean-up)"
    assert_equal "$stderr" ''
    [ -e pid ]
}

# Both signals are there before it can see either: the first becomes the message, and
# the second ends the program.
@test "a second signal ends it at once, without any clean-up" {
    begins 100000 60000
    signalled_twice
    ends
    assert_equal "$status" $((128 + 15))
    [ -e pid ]
    refute grep clean-up out
}

@test "^C again and again ends it, whatever it does" {
    for ((turn = 0; turn < RUNS; turn++)); do
        begins 100000
        some_ms 30
        while kill -INT "$pid" 2>/dev/null; do sleep 0.002; done
        ends
        [[ $status == 130 || $status == 0 ]]
    done
}

@test "a ^C at the very moment of the last job: the clean-up runs" {
    local reason in_time=0
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        begins 20 || { # and all is done already
            ends
            assert_equal "$status" 0
            clean 'no more jobs'
            continue
        }
        some_ms 250
        ! kill -INT "$pid" 2>/dev/null || in_time=$((in_time + 1))
        ends
        assert_equal "$status" 0
        reason='no more jobs'
        ! grep -q Interrupt out || reason=Interrupt
        clean "$reason"
    done
    ((in_time > 0))
}

@test "without a reader of its output it stops and cleans up, and the status is 1" {
    # All of the jobs would take longer than it may.
    LIMIT=$((3 * LIMIT)) into_closed_pipe 6 signal-quit -p pid $((1000 * LIMIT))
    assert_equal "$status" 1
    assert_equal "$output$stderr" 'job 1'
    [ ! -e pid ]
}

@test "where there is a pid file already it does not start" {
    echo 'another process' >pid
    run -1 --separate-stderr play signal-quit -p pid
    assert_output ''
    assert_equal "$stderr" 'signal-quit: no pid file: File exists'
    assert_equal "$(<pid)" 'another process'
}

@test "where it cannot write the pid file it does not start" {
    run -1 --separate-stderr play signal-quit -p no/such/place
    assert_output ''
    assert_equal "$stderr" 'signal-quit: no pid file: No such file or directory'
}

@test "ends by itself after the last job, or without any" {
    local n
    for n in 0 1 7; do
        play signal-quit -p pid "$n" >out
        clean 'no more jobs'
        assert_equal "$(grep -c ^job out)" "$n"
    done
}

@test "takes numbers within their limits" {
    takes signal-quit '[--twice] [-c MS] [-p FILE] [JOBS]' -1 1000001 many '1 2' -p '-c 60001' '-c -1'
}
