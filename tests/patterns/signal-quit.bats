#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# begins CUSTOMERS: starts the kiosk, and waits until its sign is out: from then
# on $pid is its own number, not that of the `timeout` around it. A background
# job of the shell would ignore SIGINT, so we give it its effect back.
begins() {
    rm -f sign
    COOKBOOK_WRAP="env ${disposition:---default-signal=INT} ${COOKBOOK_WRAP-}" \
        play signal-quit -s sign "$1" >out 2>err 3>&- &
    job=$!
    for ((i = 0; i < 2000; i++)); do
        pid=''
        kill -0 "$job" 2>/dev/null || return
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

# ended_by_second FIRST: a ^C that comes while it counts what 100 customers have
# paid, after the signal FIRST, ends it. We may be too late, but not five times.
ended_by_second() {
    for ((turn = 0; turn < 5; turn++)); do
        begins 100000
        sleep 0.5
        kill "-$1" "$pid"
        sleep 0.02
        kill -INT "$pid" 2>/dev/null || true
        ends
        [ "$status" -eq 0 ] || break
    done
    assert_equal "$status" 130
    [ -e sign ]
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

@test "SIGTERM and a hang-up are as good as ^C" {
    local signal
    for signal in TERM:Terminated HUP:Hangup; do
        begins 100000
        some_ms 60
        kill -"${signal%:*}" "$pid"
        ends
        assert_equal "$status" 0
        closed "${signal#*:}"
    done
}

# Of the two that come when a terminal goes, the second is nobody's impatience.
@test "a second hang-up changes nothing, and under nohup none does" {
    begins 100000
    kill -STOP "$pid"
    kill -HUP "$pid"
    kill -CONT "$pid"
    while kill -HUP "$pid" 2>/dev/null; do sleep 0.002; done
    ends
    assert_equal "$status" 0
    closed Hangup

    disposition='--ignore-signal=HUP --default-signal=INT'
    begins 100000
    kill -HUP "$pid"
    sleep 0.05
    kill -INT "$pid"
    ends
    assert_equal "$status" 0
    closed Interrupt
}

@test "the second ^C ends it even where SIGINT was ignored when it started" {
    disposition='--ignore-signal=INT' # as in the background of a script
    ended_by_second INT
}

@test "without a reader it closes in order, takes its sign in, and the status is 1" {
    # Whoever serves all of them is not done in time.
    LIMIT=$((3 * LIMIT)) into_closed_pipe 18 signal-quit -s sign $((1000 * LIMIT))
    assert_equal "$status" 1
    assert_equal "$output$stderr" 'served customer 1'
    [ ! -e sign ]
}

@test "where a sign hangs already it does not open" {
    echo 'somebody else' >sign
    run -1 --separate-stderr play signal-quit -s sign
    assert_output ''
    assert_equal "$stderr" 'signal-quit: no sign: File exists'
    assert_equal "$(<sign)" 'somebody else'
}

@test "a ^C at the very moment when the last customer leaves: the clean-up runs" {
    local reason in_time=0
    for ((turn = 0; turn < 10 * RUNS; turn++)); do
        begins 20 || { # and all is done already
            ends
            assert_equal "$status" 0
            closed 'no more come'
            continue
        }
        some_ms 250
        ! kill -INT "$pid" 2>/dev/null || in_time=$((in_time + 1))
        ends
        # It may come when all is done and the listener has just gone home.
        if [ "$status" -eq 130 ]; then
            [ ! -e sign ]
            continue
        fi
        assert_equal "$status" 0
        reason='no more come'
        ! grep -q Interrupt out || reason=Interrupt
        closed "$reason"
    done
    ((in_time > 0))
}

# Both signals are there before it can see either: it takes the one, and the
# other takes it.
@test "a second signal ends it at once, without any clean-up" {
    begins 100000
    signalled_twice
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

@test "a GO_HOME from outside closes it, and a ^C still ends it" {
    [[ $BUILD != */musl ]] || skip 'another number in musl'
    begins 100000
    kill -RTMIN "$pid"
    ends
    assert_equal "$status" 0
    closed 'Real-time signal 0'
    ended_by_second RTMIN
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

@test "takes a number within its limits" {
    takes signal-quit '[-s SIGN] [CUSTOMERS]' -1 1000001 many '1 2' -s
}
