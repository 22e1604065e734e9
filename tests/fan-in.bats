#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

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

@test "misuse is a usage line and status 2, -h a usage text and status 0" {
    local words
    for words in 0 x 3x -5 1000001 99999999999999999999 '3 3' --nosuch; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play fan-in $words
        assert_output ''
        assert_regex "$stderr" '^usage: fan-in '
    done
    run -2 play fan-in ''
    for words in -h --help; do
        run -0 --separate-stderr play fan-in "$words"
        assert_output --regexp '^usage: fan-in '
        assert_equal "$stderr" ''
    done
}
