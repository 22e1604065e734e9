#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets lines and stderr; run_holds calls holds
load ../helper

# A run with so many boxes. Nothing goes over before the carrier is ready; of
# each box both speak, in whatever order, before either has the next; and the
# end is heard last.
met() {
    local boxes=$1 box pair
    assert_equal "${#lines[@]}" $((2 * boxes + 2))
    assert_line --index 0 'carrier: gloves on'
    for ((box = 1; box <= boxes; box++)); do
        pair="${lines[2 * box - 1]}, ${lines[2 * box]}" # in either order
        [[ $pair == "main: let go of box $box, carrier: has box $box" ]] ||
            assert_equal "$pair" "carrier: has box $box, main: let go of box $box"
    done
    assert_line --index $((2 * boxes + 1)) 'carrier: false, so that was all'
}

@test "each box goes from hand to hand, and the carrier hears of the end" {
    holds() { met 3; }
    repeat run_holds channel
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    holds() { met 3; }
    seeds_hold channel
    holds() { met 10; }
    SEEDS=$((SEEDS / 5)) seeds_hold channel 10
}

@test "the same with no box, with one, and with many" {
    local boxes
    for boxes in 0 1 200; do
        holds() { met "$boxes"; }
        repeat run_holds channel "$boxes"
    done
}

@test "ends when nobody reads its output" {
    local ends
    play channel 1000 | head -n 1
    ends=${PIPESTATUS[0]}
    # It was done before it could notice, or SIGPIPE ended it.
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number channel BOXES 0 1000 3
}
