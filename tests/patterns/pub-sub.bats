#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $issues of them.
holds() {
    local read missed gone
    assert_equal "${#lines[@]}" 4
    assert_equal "${lines[0]}" "ann read $(seq -s ' ' "$issues") and missed 0"
    gone=''
    ((issues == 1)) || gone=", and left before the other $((issues / 2))"
    assert_equal "${lines[2]}" "cat read $(seq -s ' ' $(((issues + 1) / 2))) and missed 0$gone"
    assert_equal "${lines[3]}" "$((3 * issues)) copies, none lost"

    # Bob's in order, none twice, and with those he missed they are all.
    assert_regex "${lines[1]}" '^bob read( [0-9]+)+ and missed [0-9]+$'
    missed=${lines[1]##* }
    read=$(grep -o '[0-9]*' <<<"${lines[1]% and *}")
    assert_equal "$read" "$(seq "$issues" | grep -Fx -- "$read")"
    assert_equal $(($(wc -l <<<"$read") + missed)) "$issues"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "every reader gets every issue, but what the slow one misses is counted" {
    issues=6
    repeat run_holds pub-sub
}

@test "in the order of any seed the same holds, and nobody is left behind" {
    issues=6
    seeds_hold pub-sub
}

@test "serves one issue as well as a hundred" {
    for issues in 1 2 3 100; do
        run_holds pub-sub "$issues"
    done
}

@test "the slow one misses some, and holds up nobody" {
    knows_seeds
    # He has time for two issues in five. They come every 10 ms, and when the
    # twentieth is out all boxes are closed, at 200 ms sharp.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play pub-sub 20
    missed=${lines[1]##* }
    ((missed >= 10 && missed <= 12)) || fail "he missed $missed of 20"
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close readers.*/\1/p' trace.json)
    assert_equal "$closed" $'200000\n200000\n200000'
}

@test "takes one number, within its limits" {
    takes_number pub-sub ISSUES 1 100 6
}
