#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# The walk as awk makes it: FROM, and then each number from the one before.
walk() {
    awk -v n="$1" 'BEGIN {
        printf "collatz(%d): %d", n, n
        while (n != 1) {
            n = n % 2 ? 3 * n + 1 : n / 2
            printf " %d", n
        }
        print ", closed"
    }'
}

left_early='collatz(27): 27 82 41 124, enough
collatz(27): told to stop, with 62 in hand
both makers are gone, nothing is left behind'

@test "gives all numbers and then the end, and can be left early" {
    holds() {
        assert_output "collatz(6): 6 3 10 5 16 8 4 2 1, closed
$left_early"
    }
    repeat run_holds generator
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    holds() { assert_output "$(walk 6)"$'\n'"$left_early"; }
    seeds_hold generator 6
}

@test "gives a walk of any length: 1, 112 and 351 numbers" {
    local from
    for from in 1 27 77031; do
        holds() { assert_output "$(walk "$from")"$'\n'"$left_early"; }
        repeat run_holds generator "$from"
    done
}

@test "ends when nobody reads its output" {
    local ends
    { sleep 0.2 && play generator 77031; } | true # gone when the first line comes
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number generator FROM 1 100000 6
}
