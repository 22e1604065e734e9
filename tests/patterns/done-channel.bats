#!/usr/bin/env bats
load ../helper

# square ENDING: the first square of 1 to 1000 that ends so, or nothing.
square() {
    seq 1000 | awk '{ print $1 * $1 }' | grep -m 1 "$1\$" || true
}

# What every run must show: what was found, then that all stages have returned.
holds() {
    assert_equal "${#lines[@]}" 3
    assert_line --index 0 "$found"
    assert_equal "$(tr ' ' '\n' <<<"${lines[1]#stages returned: }" | sort | xargs)" 'filter generate square'
    assert_line --index 2 '3 of 3 stages have returned'
    assert_equal "$stderr" ''
}

@test "finds the first square with that ending, and then all stages return" {
    found='found 1444, the first square that ends in 444'
    repeat run_holds done-channel
    local ending
    for ending in 1 4 9 16 44 225 7744 61009 98001; do
        found="found $(square "$ending"), the first square that ends in $ending"
        run_holds done-channel "$ending"
    done
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    found='found 1444, the first square that ends in 444'
    seeds_hold done-channel
    found='found 1, the first square that ends in 1'
    seeds_hold done-channel 1
}

@test "all stages return as well when nothing is found" {
    assert_equal "$(square 7)" ''
    found='none of 1000 squares ends in 7'
    repeat run_holds done-channel 7
    SEEDS=10 seeds_hold done-channel 7
}

@test "each of the three stages is the first to return under some seed" {
    many_seeds
    local seed first=''
    for ((seed = 1; seed <= 30; seed++)); do
        CHAN_SEED=$seed run -0 play done-channel
        [[ ${lines[1]} =~ ^stages\ returned:\ ([a-z]+) ]]
        first+="${BASH_REMATCH[1]}"$'\n'
    done
    assert_equal "$(sort -u <<<"$first" | xargs)" 'filter generate square'
}

# How far they get before main has closed `done` differs from seed to seed.
@test "stops early: most of the numbers are never made" {
    knows_seeds
    local seed sent
    cd "$BATS_TEST_TMPDIR"
    for seed in first 1 2 3 4 5 6 7 8 9; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed play done-channel >out
        sent=$(grep -c '"tid":2,.*"name":"select: send on s->out"' trace.json)
        ((sent >= 38 && sent < 200)) || fail "CHAN_SEED=$seed: $sent numbers sent to find the 38th"
    done
}

@test "takes one number, within its limits" {
    takes_number done-channel ENDING 1 99999 444
}
