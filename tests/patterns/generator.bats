#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# The numbers up to LIMIT, computed by awk.
numbers() { # LIMIT
    awk -v limit="$1" 'BEGIN {
        printf "up to %d:", limit
        for (a = b = 1; a <= limit; b = next_b) {
            printf " %d", a
            next_b = a + b
            a = b
        }
        print ", closed"
    }'
}

stopped='first 4: 1 1 2 3, enough
generator: quit is closed, 5 is not sent
main: both generators have returned'

@test "sends all numbers and closes, or stops when quit is closed" {
    holds() {
        assert_output "up to 100: 1 1 2 3 5 8 13 21 34 55 89, closed
$stopped"
    }
    repeat run_holds generator
}

@test "the same holds under every seed, and nothing is left behind" {
    holds() { assert_output "$(numbers 50)"$'\n'"$stopped"; }
    seeds_hold generator 50
}

@test "sends the numbers up to any limit" {
    local limit
    for limit in 1 2 89 1000000000; do
        holds() { assert_output "$(numbers "$limit")"$'\n'"$stopped"; }
        repeat run_holds generator "$limit"
    done
}

@test "ends when its output is not read" {
    local ends
    { sleep 0.2 && play generator; } | true # closed before the first line
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number generator LIMIT 1 1000000000 100
}
