#!/usr/bin/env bats
# The laboratory and what comes from outside: signals, input, threads of libraries. The program
# is tests/lab/outside.c.
load ../helper

setup_file() {
    local strict='-std=c11 -O1 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread'
    # shellcheck disable=SC2086  # a list of words
    ${CC:-cc} $strict -DCHAN_LAB -I"$ROOT/common" -o "$BATS_FILE_TMPDIR/outside" "$ROOT/tests/lab/outside.c"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset CHAN_SEED CHAN_LEAKS
    PATH=$BATS_FILE_TMPDIR:$PATH
}

teardown() {
    [[ ! ${pid-} ]] || kill -KILL "$pid" 2>/dev/null || true
}

# until_said WORDS: waits until standard error has them, at most 10 s.
until_said() {
    local i
    for ((i = 0; i < 100; i++)); do
        ! grep -q -e "$1" said || return 0
        sleep 0.1
    done
    cat said
    return 1
}

@test "signals and input that a program sends to itself: the same seed, the same choices, no warning" {
    local how seed
    for how in signal poll epoll; do
        for seed in first {1..10}; do
            echo "-- $how, seed $seed"
            CHAN_SEED=$seed CHAN_CHOICES=once run -0 timeout -k 2 "$LIMIT" outside "$how"
            once=$output
            refute_output --partial 'no longer repeatable'
            CHAN_SEED=$seed CHAN_CHOICES=again run -0 timeout -k 2 "$LIMIT" outside "$how"
            assert_output "$once"
            cmp once again
        done
    done
}

@test "under a seed a signal handler interrupts a poll()" {
    for seed in first {1..10}; do
        CHAN_SEED=$seed run -0 timeout -k 2 "$LIMIT" outside handler
        assert_output 100
    done
}

@test "without a seed the same programs end, without a word" {
    local how
    for how in signal poll epoll handler library; do
        run -0 --separate-stderr timeout -k 2 "$LIMIT" outside "$how"
        assert_equal "$stderr" ''
    done
}

@test "under a seed only a signal can go on: one line says so, and the signal is received" {
    CHAN_SEED=1 timeout -k 2 "$LIMIT" outside kill >out 2>said &
    pid=$!
    until_said .
    kill -RTMIN "$(pgrep -P "$pid")"
    until_said 'wait_signal'
    sleep 0.2
    kill -RTMIN "$(pgrep -P "$pid")"
    wait "$pid"
    run cat said
    assert_output 'all goroutines are blocked; only a signal can wake goroutine 2 (wait_signal)'
    run cat out
    assert_output $'100\n100'
}

@test "under a seed only input can go on: one line says so" {
    mkfifo input
    CHAN_SEED=first timeout -k 2 "$LIMIT" outside read <input >out 2>said &
    pid=$!
    exec 7>input
    until_said blocked
    echo x >&7
    exec 7>&-
    wait "$pid"
    run cat said
    assert_output 'all goroutines are blocked; only input (file descriptor 0) can wake goroutine 2 (wait_read)'
    run cat out
    assert_output '100'
}

@test "under a seed a line names the thread that keeps a report back" {
    CHAN_SEED=1 run -0 --separate-stderr timeout -k 2 "$LIMIT" outside library
    assert_output 100
    assert_regex "$stderr" '^no report: thread [0-9]+ \(outside\) was not started by go or pthread_create here, and may still send$'
}
