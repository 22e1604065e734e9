#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# Everything that a trip with N divers must show, in whatever order.
trip() {
    local divers=$1 i
    assert_equal "${#lines[@]}" $((2 * divers + 2))
    # Sorted by diver, and what each one said still in its order.
    assert_equal "$(grep '^diver ' <<<"$output" | sort -s -k 2,2n)" "$(
        for ((i = 1; i <= divers; i++)); do
            echo "diver $i: down"
            ((i % 3)) && echo "diver $i: back" || echo "diver $i: back at once, forgot the mask"
        done
    )"
    assert_line --index $((2 * divers)) \
        "everyone is back, tanks refilled:$(for ((i = 1; i <= divers; i++)); do printf ' %d' "$i"; done)"
    assert_line --index $((2 * divers + 1)) "the boat leaves with $divers of $divers"
}

@test "every diver goes down and comes back, and only then the boat leaves" {
    holds() { trip 3; }
    repeat run_holds waitgroup
}

@test "waits for one, and for a hundred" {
    holds() { trip 1; }
    repeat run_holds waitgroup 1
    holds() { trip 100; }
    repeat run_holds waitgroup 100
}

@test "to wait for nobody takes no time" {
    holds() {
        assert_output 'everyone is back, tanks refilled:
the boat leaves with 0 of 0'
    }
    repeat run_holds waitgroup 0
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    holds() { trip 3; }
    seeds_hold waitgroup
    holds() { trip 10; }
    SEEDS=$((SEEDS / 5)) seeds_hold waitgroup 10
}

@test "ends when nobody reads its output" {
    local ends
    { sleep 0.2 && play waitgroup 100; } | true # gone when the first line comes
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number waitgroup DIVERS 0 1000 3
}
