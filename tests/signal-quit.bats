#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# begins CUSTOMERS: starts the kiosk, and waits until its sign is out: from then
# on $pid is its own number, not that of the `timeout` around it. A background
# job of the shell would ignore SIGINT, so we give it its effect back.
begins() {
    rm -f sign
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
        play signal-quit -s sign "$1" >out 2>err 3>&- &
    job=$!
    for ((i = 0; i < 2000; i++)); do
        pid=''
        [ ! -s sign ] || read -r pid <sign || true
        [ -z "$pid" ] || return 0
        sleep 0.005
    done
    fail 'no sign was put out'
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

# closed REASON: it ended in order. The customers from 1 on, none twice and none
# left out, the reason, the till with as many coins, the end; and the sign is in.
closed() {
    local served
    served=$(grep -c '^served' out) || true
    {
        seq "$served" | sed 's/^/served customer /'
        printf 'kiosk: closing (%s)\n(counts the till: %d)\n(takes the sign in)\n' "$1" "$served"
        echo 'kiosk: closed, nobody inside'
    } | diff - out
    [ ! -e sign ]
}

holds() {
    assert_output "$(transcript signal-quit)"
    assert_equal "$stderr" ''
}

@test "serves, is told by a signal to stop, cleans up, and everybody goes home" {
    repeat run_holds signal-quit
}

@test "a ^C at any moment: the clean-up runs, and the status is 0" {
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        begins 100000
        some_ms 60
        kill -INT "$pid"
        ends
        assert_equal "$status" 0
        closed Interrupt
    done
}

@test "SIGTERM is as good as ^C" {
    begins 100000
    some_ms 60
    kill -TERM "$pid"
    ends
    assert_equal "$status" 0
    closed Terminated
}

@test "a ^C at the very moment when the last customer leaves: clean-up, status 0" {
    local reason
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        begins 20
        some_ms 250
        kill -INT "$pid" 2>/dev/null || true
        ends
        assert_equal "$status" 0
        reason='no more come'
        ! grep -q Interrupt out || reason=Interrupt
        closed "$reason"
    done
}

# Both signals are there before it can see either: it takes the one, and the
# other takes it.
@test "a second signal ends it at once, without any clean-up" {
    begins 100000
    kill -STOP "$pid"
    kill -INT "$pid"
    kill -TERM "$pid"
    kill -CONT "$pid"
    ends
    assert_equal "$status" $((128 + 15))
    [ -e sign ]
    refute grep -e till -e sign out
}

@test "who presses ^C again and again gets rid of it, whatever it does" {
    for ((turn = 0; turn < RUNS; turn++)); do
        begins 100000
        some_ms 30
        while kill -INT "$pid" 2>/dev/null; do sleep 0.002; done
        ends
        [[ $status == 130 || $status == 0 ]]
    done
}

@test "a SIGUSR1 from outside does not make it deaf: it closes" {
    begins 100000
    kill -USR1 "$pid"
    ends
    assert_equal "$status" 0
    closed 'User defined signal 1'
}

@test "closes by itself after the last customer, or before the first" {
    local n
    for n in 0 1 7; do
        play signal-quit -s sign "$n" >out
        closed 'no more come'
        assert_equal "$(grep -c ^served out)" "$n"
    done
}

@test "where it can't put its sign out it does not open" {
    run -1 --separate-stderr play signal-quit -s no/such/place
    assert_output ''
    assert_equal "$stderr" 'signal-quit: no sign: No such file or directory'
}

@test "refuses what it does not understand" {
    run -0 --separate-stderr play signal-quit --help
    assert_output 'usage: signal-quit [-s SIGN] [CUSTOMERS]'
    local wrong
    for wrong in -x -s many -1 1000001 3x '1 2'; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play signal-quit $wrong
        assert_output ''
        assert_equal "$stderr" 'usage: signal-quit [-s SIGN] [CUSTOMERS]'
    done
}
