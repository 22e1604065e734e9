#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# hears WAY N: the line begins with the way of merging, and holds N messages of
# each speaker, in the order of their numbers, and nothing else.
hears() {
    assert_regex "$3" "^$1: "
    assert_equal "$(awk '{
        for (i = 1; i <= NF; i++) {
            match($i, /[0-9]*$/)
            speaker = substr($i, 1, RSTART - 1)
            if ($i != speaker (++heard[speaker])) print $i " is lost or out of place"
        }
        print heard["ann"], heard["bob"], heard["cat"], NF }' <<<"${3#*: }")" "$2 $2 $2 $((3 * $2))"
}

# What every run must show, with $messages messages of each speaker.
holds() {
    assert_equal "${#lines[@]}" 3
    hears forwarders "$messages" "${lines[0]}"
    hears 'one select' "$messages" "${lines[1]}"
    assert_line --index 2 \
        "$((3 * messages)) messages each way, none lost, all speakers gone"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "merges three sources, in order within each, and ends" {
    messages=4
    repeat run_holds fan-in
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    messages=4
    seeds_hold fan-in
}

@test "merges one message of each as well as a thousand" {
    messages=1
    repeat run_holds fan-in 1
    messages=1000
    repeat run_holds fan-in 1000
}

@test "a closed output ends it quietly" {
    into_closed_pipe 11 fan-in 20000
    assert_equal "$output$stderr" 'forwarders:'
}

@test "takes one number, within its limits" {
    takes_number fan-in MESSAGES 1 1000000 4
}
