#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031  # each test is a subshell
load ../helper

calls=(timetable seat fare bank ticket)

# said N: what is said if N calls are in time, and the next is not.
said() {
    local i
    for ((i = 0; i < $1; i++)); do
        echo "${calls[i]}: done"
    done
    (($1 == 5)) || echo "${calls[$1]}: the time is used up"
    (($1 == 5)) && echo 'trip: booked' || echo 'trip: not booked'
}

# What every run must show: $most calls in time, or fewer when the machine is slow.
holds() {
    local n
    n=$(grep -c ': done$' <<<"$output") || true
    ((n <= most)) || fail "$n calls in time"
    assert_output "$(said "$n")"
    assert_regex "$stderr" '^~ after [0-9]+ of [0-9]+ ms$'
}

# exactly N MS TOOK: so it is in virtual time, under any seed.
exactly() {
    local seed
    for ((seed = 1; seed <= 5; seed++)); do
        CHAN_SEED=$seed run -0 --separate-stderr play deadline "$2"
        assert_output "$(said "$1")"
        assert_equal "$stderr" "~ after $3 of $2 ms"
    done
}

@test "names the call that used up the time, and asks nobody after it" {
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

@test "in virtual time the limit holds to the millisecond, whoever uses it up" {
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

@test "waits the whole time before it gives up, and not a call longer" {
    local began
    began=$(now_us)
    most=3
    run_holds deadline 250
    (($(now_us) - began >= 249 * 1000))
}

# We hold it up while the bank is at work, until after the limit. Only those calls
# can be in time that had the time they take before that. On one core, where the
# bank is woken before main. Its time begins with the first goroutine, not when it
# is loaded, which takes valgrind longer than the whole limit.
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
    sleep 0.3
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

@test "an answer that comes after the limit is not taken, although it is there" {
    need taskset
    local late
    for ((turn = 0; turn < 2 * RUNS; turn++)); do
        late=0
        until held_up; do # it had ended before we could hold it up
            wait || true
            ((++late < 10))
        done
        assert_equal "$status" 0
        holds
    done
}

@test "with enough time all is done" {
    run -0 --separate-stderr play deadline 60000
    assert_output "$(said 5)"
}

@test "takes one number, within its limits" {
    takes_number deadline MILLISECONDS 0 60000 300
}
