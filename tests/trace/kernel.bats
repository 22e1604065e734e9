#!/usr/bin/env bats
# A goroutine that waits in the kernel is drawn as blocked; names of goroutines. The programs are
# tests/lab/outside.c and tests/lab/named.c.
load ../helper

setup_file() {
    local name strict='-std=c11 -O1 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread'
    for name in outside named; do
        # shellcheck disable=SC2086  # a list of words
        ${CC:-cc} $strict -DCHAN_LAB -DCHAN_LAB_LINKED -I"$ROOT/common" -o "$BATS_FILE_TMPDIR/$name" \
            "$ROOT/tests/lab/$name.c" "$ROOT/build/lab.o"
    done
    # shellcheck disable=SC2086  # a list of words
    ${CC:-cc} $strict -I"$ROOT/common" -o "$BATS_FILE_TMPDIR/named-plain" "$ROOT/tests/lab/named.c"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset CHAN_SEED CHAN_LEAKS
    PATH=$BATS_FILE_TMPDIR:$PATH
}

# shown HOW [args...]: records outside HOW, and writes the timeline, the picture and the JSON.
shown() {
    CHAN_TRACE=trace timeout -k 2 "$LIMIT" outside "$@" >/dev/null
    "$ROOT/scripts/trace" --text trace >text
    "$ROOT/scripts/trace" --svg trace >svg
    "$ROOT/scripts/trace" --json trace >json
}

@test "sigwait, poll and epoll_wait are in the timeline, the picture and the JSON" {
    local how
    for how in signal poll epoll; do
        echo "-- outside $how"
        CHAN_SEED=first shown "$how"
        case $how in
            signal) in_text='a signal in sigwait' in_svg='>(waits for a )?signal<' ;;
            poll) in_text='input in poll' in_svg='>(waits for )?input<' ;;
            epoll) in_text='input in epoll_wait' in_svg='>(waits for )?input<' ;;
        esac
        grep -q "waits for $in_text" text
        grep -qE "$in_svg" svg
        grep -q '<rect class="waits"' svg
        grep -q "\"cat\":\"block\",\"name\":\"blocked: $in_text\"" json
    done
}

@test "without a seed a goroutine that waits for a signal to the end is drawn so" {
    local pid
    CHAN_TRACE=trace outside kill >/dev/null &
    pid=$!
    sleep 0.3
    kill -TERM "$pid"
    wait "$pid" || true
    run "$ROOT/scripts/trace" --text trace
    assert_line --partial '2 wait_signal  waits to the end for a signal in sigwait'
    run "$ROOT/scripts/trace" --svg trace
    assert_line --regexp '>(waits for a )?signal<'
    refute_output --partial 'a signal in sigwait: forever'
}

@test "without a seed a call that is not redirected is drawn as blocked, too" {
    (
        sleep 0.2
        echo x
    ) | shown read
    run cat text
    assert_line --partial '2 wait_read  is blocked in a system call'
    assert_equal "$(grep -c 'in a system call' svg)" 1
}

@test "a goroutine that computes is not drawn as blocked" {
    timeout -k 2 "$LIMIT" env CHAN_TRACE=trace "$BUILD/prime-sieve" 100 >/dev/null
    run "$ROOT/scripts/trace" --text --all trace
    refute_output --partial 'system call'
}

@test "a goroutine has its name in the report, the trace and the picture; its wait group is found" {
    local seed
    for seed in '' first; do
        CHAN_SEED=$seed CHAN_TRACE=trace run -3 timeout -k 2 "$LIMIT" named
        assert_line --partial 'goroutine 2 (worker 1) waits to receive from w->in'
        assert_line --partial 'goroutine 4 (worker 3) waits to receive from w->in'
        assert_line --partial 'goroutine 1 (the main goroutine) waits for wait group'
        run "$ROOT/scripts/trace" --text trace
        assert_line --partial '1 the main goroutine  starts  3 worker 2'
    done
    CHAN_SEED=first CHAN_TRACE=trace run -0 timeout -k 2 "$LIMIT" named sound
    "$ROOT/scripts/trace" --svg trace >svg
    grep -q '>3 worker 2<' svg
    grep -q 'class="thin dotted"' svg
}

@test "without the laboratory lab_name() is empty" {
    run -0 timeout -k 2 "$LIMIT" named-plain sound
    assert_output ''
    run -0 strings "$BATS_FILE_TMPDIR/named-plain"
    refute_output --partial 'worker %d'
}
