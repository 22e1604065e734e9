#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031  # each test is a subshell
load ../helper

calls=(resolve connect handshake request body)

# log_of N: what is printed if N calls are in time, and the next is not.
log_of() {
    local i
    for ((i = 0; i < $1; i++)); do
        echo "${calls[i]}: done"
    done
    (($1 == 5)) || echo "${calls[$1]}: deadline exceeded"
    (($1 == 5)) && echo 'fetch: complete' || echo 'fetch: failed'
}

# What every run must show: $most calls in time, or fewer when the machine is slow.
holds() {
    local n
    n=$(grep -c ': done$' <<<"$output") || true
    ((n <= most)) || fail "$n calls in time"
    assert_output "$(log_of "$n")"
    assert_regex "$stderr" '^~ after [0-9]+ of [0-9]+ ms$'
}

# exactly N MS TOOK: the result in virtual time, under any seed.
exactly() {
    local seed
    for ((seed = 1; seed <= 5; seed++)); do
        CHAN_SEED=$seed run -0 --separate-stderr play deadline "$2"
        assert_output "$(log_of "$1")"
        assert_equal "$stderr" "~ after $3 of $2 ms"
    done
}

@test "names the call that exceeds the deadline, and makes no call after it" {
    most=3
    repeat run_holds deadline
    most=0
    repeat run_holds deadline 0
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    most=3
    seeds_hold deadline
    assert_output "$(transcript deadline)"
}

@test "in virtual time the deadline holds to the millisecond, whichever call exceeds it" {
    many_seeds
    exactly 0 0 0
    exactly 0 49 49
    exactly 1 51 51
    exactly 1 99 99
    exactly 2 101 101
    exactly 2 149 149
    exactly 3 151 151
    exactly 3 419 419
    exactly 4 421 421
    exactly 4 469 469
    exactly 5 471 470
    exactly 5 60000 470
}

@test "waits until the deadline before it reports a timeout" {
    local began
    began=$(now_us)
    most=3
    run_holds deadline 250
    (($(now_us) - began >= 249 * 1000))
}

# held_up SECONDS: stops the process after so long, and continues it after the deadline.
# Only calls that were complete before the stop can be in time. It runs on one core,
# where the server is woken before main. The time is measured from the first goroutine
# on: valgrind needs longer than the whole limit to load a program.
held_up() {
    local began now job pid tasks passed due threads=0
    began=$(now_us)
    COOKBOOK_WRAP="taskset -c 0 ${COOKBOOK_WRAP-}" play deadline 480 \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    job=$!
    while ((threads < 2)); do
        now=$(now_us)
        kill -0 "$job" 2>/dev/null || return
        program_of "$job" || continue
        tasks=("/proc/$pid/task/"*)
        threads=${#tasks[@]}
        ((threads >= 2)) || began=$now
    done
    sleep "$1"
    kill -STOP "$pid" 2>/dev/null || return
    passed=$((($(now_us) - began) / 1000))
    sleep 0.5
    kill -CONT "$pid"
    status=0
    wait "$job" || status=$?
    output=$(<"$BATS_TEST_TMPDIR/out") stderr=$(<"$BATS_TEST_TMPDIR/err") most=0
    for due in 50 100 150 420 470; do
        ((passed < due)) || most=$((most + 1))
    done
}

@test "a reply that comes after the deadline is not accepted, although it is there" {
    need taskset
    local late turn until=$((SECONDS + 60)) pauses=(0.3 0.3 0.2 0.1 0.05)
    for ((turn = 0; turn < 2 * RUNS; turn++)); do
        late=0
        # On a busy machine the program may end before it is stopped. Then it is stopped
        # earlier, and at the fifth time as early as can be.
        until held_up "${pauses[late]:-0}"; do
            wait || true
            echo "-- run $turn: the program has ended before it was stopped"
            ((++late, SECONDS < until))
        done
        assert_equal "$status" 0
        holds
    done
}

@test "with enough time all calls are done" {
    run -0 --separate-stderr play deadline 60000
    assert_output "$(log_of 5)"
}

@test "takes one number, within its limits" {
    takes_number deadline MILLISECONDS 0 60000 300
}
