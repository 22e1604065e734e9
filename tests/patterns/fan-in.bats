#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# merges WAY N: the line begins with the way of merging, and holds N records of
# each source, in the order of their numbers, and nothing else.
merges() {
    assert_regex "$3" "^$1: "
    assert_equal "$(awk '{
        for (i = 1; i <= NF; i++) {
            split($i, part, ".")
            if (part[2] != ++arrived[part[1]]) print $i " is lost or out of order"
        }
        print arrived[1], arrived[2], arrived[3], NF }' <<<"${3#*: }")" "$2 $2 $2 $((3 * $2))"
}

# What every run must show, with $records records of each source.
holds() {
    assert_equal "${#lines[@]}" 3
    merges forwarders "$records" "${lines[0]}"
    merges 'one select' "$records" "${lines[1]}"
    assert_line --index 2 "$((3 * records)) records each way, none lost"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "merges all sources, in order within each, and ends" {
    records=4
    repeat run_holds fan-in
}

@test "the same holds for every seed, and nothing is left behind" {
    records=4
    seeds_hold fan-in
}

@test "merges one record of each source as well as a thousand" {
    records=1
    repeat run_holds fan-in 1
    records=1000
    repeat run_holds fan-in 1000
}

@test "a closed output ends the program without a message" {
    into_closed_pipe 11 fan-in 20000
    assert_equal "$output$stderr" 'forwarders:'
}

@test "takes one number, within its limits" {
    takes_number fan-in RECORDS 1 1000000 4
}
