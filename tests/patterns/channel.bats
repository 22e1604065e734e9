#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# A run with JOBS jobs. No job is sent before the worker is ready. Of each job both
# goroutines report, in either order, before either reports the next. The worker
# reports the close last.
sent() { # JOBS
    local jobs=$1 job pair
    assert_equal "${#lines[@]}" $((2 * jobs + 2))
    assert_line --index 0 'worker: ready'
    for ((job = 1; job <= jobs; job++)); do
        pair="${lines[2 * job - 1]}, ${lines[2 * job]}" # in either order
        [[ $pair == "main: sent job $job, worker: received job $job" ]] ||
            assert_equal "$pair" "worker: received job $job, main: sent job $job"
    done
    assert_line --index $((2 * jobs + 1)) 'worker: jobs is closed'
}

@test "each send waits for its receive, and the close comes last" {
    holds() { sent 3; }
    repeat run_holds channel
}

@test "the same holds under every seed, and nothing is left behind" {
    holds() { sent 3; }
    seeds_hold channel
    holds() { sent 10; }
    SEEDS=$((SEEDS / 5)) seeds_hold channel 10
}

@test "the same with no job, with one, and with many" {
    local jobs
    for jobs in 0 1 200; do
        holds() { sent "$jobs"; }
        repeat run_holds channel "$jobs"
    done
}

@test "ends when its output is not read" {
    local ends
    play channel 1000 | head -n 1
    ends=${PIPESTATUS[0]}
    # It had finished before the pipe was closed, or SIGPIPE ended it.
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number channel JOBS 0 1000 3
}
