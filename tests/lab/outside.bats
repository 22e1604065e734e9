#!/usr/bin/env bats
# The laboratory and what comes from outside: signals, input, threads of libraries. The program
# is tests/lab/outside.c.
load ../helper

setup_file() {
    local strict='-std=c11 -O1 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread'
    # shellcheck disable=SC2086  # a list of words
    ${CC:-cc} $strict -DCHAN_LAB -DCHAN_LAB_LINKED -I"$ROOT/common" -o "$BATS_FILE_TMPDIR/outside" \
        "$ROOT/tests/lab/outside.c" "$ROOT/build/lab.o"
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

@test "under a seed a signal is received while another goroutine goes on" {
    for seed in first {1..10}; do
        CHAN_SEED=$seed run -0 timeout -k 2 "$LIMIT" outside soon
        assert_output $'soon\n100'
    done
}

@test "without a seed the same programs end, without a word" {
    local how
    for how in signal poll epoll handler library; do
        run -0 --separate-stderr timeout -k 2 "$LIMIT" outside "$how"
        assert_equal "$stderr" ''
    done
}

# child_of PROCESS: its child.
child_of() {
    processes | awk -v parent="$1" '$2 == parent { print $1; exit }'
}

@test "under a seed only a signal can go on: one line says so, and the signal is received" {
    CHAN_SEED=1 timeout -k 2 "$LIMIT" outside kill >out 2>said &
    pid=$!
    until_said .
    kill -RTMIN "$(child_of "$pid")"
    until_said 'wait_signal'
    sleep 0.2
    kill -RTMIN "$(child_of "$pid")"
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

# living HOW: starts the program, with a pipe as its input. In the background the shell would let it
# ignore SIGQUIT.
living() {
    mkfifo input
    env --default-signal=QUIT outside "$1" <input >out 2>said &
    pid=$!
    exec 7>input
    sleep 0.3
}

@test "SIGQUIT prints what each goroutine does now, twice, and the program goes on" {
    local i
    living group
    for i in 1 2; do
        : >said
        kill -QUIT "$pid"
        until_said 'goroutine 4'
        sleep 1.1
        run cat said
        assert_line --index 0 --regexp '^4 goroutines, now in .*outside.c:$'
        assert_line --index 1 --regexp '^  line [0-9]+: goroutine 1 \(main\) waits to receive from out$'
        assert_line --regexp '^  line [0-9]+: goroutine 2 \(wait_pair\) waits to receive from self->in$'
        assert_line --regexp '^  goroutine 4 \(wait_read\) waits for input in read, file descriptor 0$'
        assert_line 'all goroutines are blocked; only input (file descriptor 0) can wake goroutine 4 (wait_read)'
    done
    echo x >&7
    wait "$pid"
    run cat out
    assert_output 100
}

@test "a second SIGQUIT within a second ends the program" {
    local status=0
    living read
    kill -QUIT "$pid"
    until_said now
    kill -QUIT "$pid"
    wait "$pid" || status=$?
    exec 7>&-
    assert_equal "$status" 131
}

@test "SIGQUIT names a goroutine in a redirected call, and a thread of a library" {
    living kill
    kill -QUIT "$pid"
    until_said 'can wake'
    run cat said
    assert_line --regexp '^  line [0-9]+: goroutine 2 \(wait_signal\) waits for a signal in sigwait$'
    assert_line 'all goroutines are blocked; only a signal can wake goroutine 2 (wait_signal)'
    kill -KILL "$pid"
    rm input
    living library
    kill -QUIT "$pid"
    until_said '^thread [0-9]* (outside) was not started by go or pthread_create here, and may still send'
    wait "$pid"
}

# late PROGRAM [args...]: runs it with input that comes when the other goroutines are blocked.
late() {
    (
        sleep 0.4
        echo x
    ) | timeout -k 2 "$LIMIT" "$@"
}

@test "goroutines that wait for each other while others run are told at exit in one line" {
    local seed
    for seed in '' first {1..5}; do
        CHAN_SEED=$seed run -0 --separate-stderr late outside group
        assert_output 100
        assert_equal "${stderr#schedule no longer repeatable: goroutine 4 in a system call$'\n'}" \
            '2 goroutines are still blocked; CHAN_LEAKS=1 shows them'
    done
    CHAN_LEAKS=0 run -0 --separate-stderr late outside group
    assert_equal "$stderr" ''
    CHAN_LEAKS=1 run -4 --separate-stderr late outside group
    refute [ "${stderr/still blocked/}" != "$stderr" ]
    run -0 --separate-stderr outside signal
    assert_equal "$stderr" ''
}
