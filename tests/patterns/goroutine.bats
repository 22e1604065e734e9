#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# Every worker's jobs are done in order, and the line of main comes last.
all_done() {
    assert_line --index 0 'main: 6 jobs to do'
    assert_line --index 7 'main: all jobs are done'
    assert_equal "${#lines[@]}" 8
    local id
    for id in 1 2; do
        assert_equal "$(grep "^worker $id: " <<<"$output")" \
            "$(printf "worker $id: job %d done\n" 1 2 3)"
    done
}

# At most MOST of the six jobs are done.
forgotten() { # MOST
    assert_line --index 0 'main: 6 jobs to do'
    assert_line 'main: returns without waiting'
    jobs=$(grep -c '^worker [12]: job [123] done$' <<<"$output") || true
    assert [ "$jobs" -le "$1" ]
    assert_equal "${#lines[@]}" $((jobs + 2))
}

@test "waits for all jobs, each worker's in order" {
    holds() { all_done; }
    repeat run_holds goroutine
}

# The kernel may give the core of main to another process just before main returns,
# and then all jobs are done. It does not do so ten times in a row.
some_are_lost() {
    local tries
    holds() { forgotten 6; }
    for tries in {1..10}; do
        run_holds goroutine --forget
        ((jobs == 6)) || return 0
    done
    fail "all jobs were done, $tries times"
}

@test "with --forget some jobs are lost, and the exit status is still 0" {
    # Threads still run when the program exits. ThreadSanitizer would wait a second
    # for them, and valgrind would report their memory as lost.
    export TSAN_OPTIONS="${TSAN_OPTIONS-} atexit_sleep_ms=0"
    export VALGRIND_OPTS="${VALGRIND_OPTS-} --errors-for-leak-kinds=definite"
    # They still live, which the next tests look at.
    CHAN_LEAKS=0 repeat some_are_lost
}

@test "the same holds under every seed, and nothing is left behind" {
    holds() { all_done; }
    seeds_hold goroutine
}

@test "with --forget, CHAN_LEAKS=1 names the workers that main does not wait for" {
    local CHAN_SEED
    knows_seeds
    for CHAN_SEED in 1 2 3; do
        export CHAN_SEED
        CHAN_LEAKS=1 run --separate-stderr -4 play goroutine --forget
        forgotten 0
        [[ $stderr == *'(worker) sleeps for 50 ms'*'still lives when the program ends'* ]]
    done
}

@test "takes no other arguments" {
    takes goroutine '[--forget]' '--forget twice' --nosuch
}
