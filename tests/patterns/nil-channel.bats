#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# every N NAME: the departures of a line in $minutes minutes.
every() {
    seq "$1" "$1" "$minutes" | awk -v name="$2" '{ printf "%d %d:%02d %s\n", $1, $1 / 60, $1 % 60, name }'
}

# What every run must show: both lines' buses, merged as sort does it.
holds() {
    local buses
    buses=$(LC_ALL=C sort -m -s -n -k 1,1 <(every 12 east) <(every 20 west) | cut -d ' ' -f 2-)
    assert_equal "$(sed '$d' <<<"$output")" "$buses"
    assert_equal "${lines[-1]}" "$((minutes / 12 + minutes / 20)) buses, all shown, in order"
    assert_equal "$stderr" ''
}

@test "the merge of two sorted streams is sorted, and holds all of both" {
    minutes=60
    repeat run_holds nil-channel
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    minutes=60
    seeds_hold nil-channel
}

@test "one line or both may be without a bus, or end before the other" {
    for minutes in 0 11 12 19 20 24 40; do
        repeat run_holds nil-channel "$minutes"
    done
}

@test "thousands of buses come in order, too" {
    minutes=50000
    repeat run_holds nil-channel 50000
}

@test "a closed output ends it quietly" {
    into_closed_pipe 10 nil-channel 1000000
    assert_equal "$output$stderr" '0:12 east'
}

@test "takes one number, within its limits" {
    takes_number nil-channel MINUTES 0 1000000 60
}
