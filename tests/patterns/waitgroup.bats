#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# Everything that a run with JOBS jobs must print, in whatever order.
finished() { # JOBS
    local jobs=$1 i
    assert_equal "${#lines[@]}" $((2 * jobs + 1))
    # Sorted by job; the lines of each job stay in their order.
    assert_equal "$(grep '^job ' <<<"$output" | sort -s -k 2,2n)" "$(
        for ((i = 1; i <= jobs; i++)); do
            echo "job $i: started"
            ((i % 3)) && echo "job $i: done" || echo "job $i: no input"
        done
    )"
    assert_line --index $((2 * jobs)) "main: $jobs jobs have finished"
}

@test "every job starts and ends, and main goes on after the last" {
    holds() { finished 3; }
    repeat run_holds waitgroup
}

@test "waits for one, and for a hundred" {
    holds() { finished 1; }
    repeat run_holds waitgroup 1
    holds() { finished 100; }
    repeat run_holds waitgroup 100
}

@test "with no job to wait for, it goes on at once" {
    holds() { assert_output 'main: 0 jobs have finished'; }
    repeat run_holds waitgroup 0
}

@test "the same holds under every seed, and nothing is left behind" {
    holds() { finished 3; }
    seeds_hold waitgroup
    holds() { finished 10; }
    SEEDS=$((SEEDS / 5)) seeds_hold waitgroup 10
}

@test "ends when its output is not read" {
    local ends
    { sleep 0.2 && play waitgroup 100; } | true # closed before the first line
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number waitgroup JOBS 0 1000 3
}
