#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# What a run with this capacity says.
report() {
    local capacity taken
    echo 'main alone, sending until it would have to wait'
    for capacity in 0 "$1"; do
        echo "  capacity $capacity: $capacity sent, len $capacity, cap $capacity"
    done
    for capacity in 0 "$1"; do
        echo "a receiver that takes its time, capacity $capacity"
        for taken in 0 1 2; do
            echo "  $taken taken, $capacity queued, number $((taken + capacity + 1)) in hand:" \
                "$((capacity + 1)) ahead"
        done
    done
    echo 'never more than capacity + 1 ahead: yes'
}

@test "takes as many as there is room for, and the sender holds one more" {
    holds() { assert_output "$(report 2)"; }
    repeat run_holds buffering
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    local capacity
    for capacity in 0 2; do
        holds() { assert_output "$(report "$capacity")"; }
        seeds_hold buffering "$capacity"
    done
}

@test "the same with no room, with room for one, and with plenty" {
    local capacity
    for capacity in 0 1 1000; do
        holds() { assert_output "$(report "$capacity")"; }
        repeat run_holds buffering "$capacity"
    done
}

@test "ends when nobody reads its output" {
    local ends
    { sleep 0.2 && play buffering; } | true # gone when the first line comes
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number buffering CAPACITY 0 1000 2
}
