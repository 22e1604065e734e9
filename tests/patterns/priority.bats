#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $shifts shifts must show: all ten toys in order, first those
# packed and then those left; of the seven before the stop four or more are
# packed, of those behind it none.
holds() {
    local n packed left
    assert_equal "${#lines[@]}" $((shifts + 1))
    for ((n = 1; n <= shifts; n++)); do
        assert_regex "${lines[n - 1]}" "^shift $n: packed( [0-9]+)*, left( [0-9]+)*$"
        left=${lines[n - 1]#*left } packed=${lines[n - 1]#*packed }
        packed=${packed%%,*}
        assert_equal "$packed $left" '1 2 3 4 5 6 7 8 9 10'
        ((${packed##* } >= 4 && ${packed##* } <= 7))
    done
    assert_equal "${lines[-1]}" "$((10 * shifts)) toys, none lost, none packed after the stop"
    assert_equal "$stderr" ''
}

@test "after the stop nothing is packed that was sent behind it" {
    shifts=3
    repeat run_holds priority
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    shifts=3
    seeds_hold priority
}

@test "nor in five hundred shifts" {
    shifts=500
    run_holds priority 500
}

@test "the stop overtakes toys that were sent before it" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed play priority 1 | head -n 1
    done >"$BATS_TEST_TMPDIR/shifts"
    grep -q 'left 5 6 7 8' "$BATS_TEST_TMPDIR/shifts"
    grep -q 'packed .* 7, left' "$BATS_TEST_TMPDIR/shifts" # and it need not
}

@test "a closed output ends it quietly" {
    into_closed_pipe 15 priority 20000
    assert_equal "$output$stderr" 'shift 1: packed'
}

@test "takes one number, within its limits" {
    takes_number priority SHIFTS 0 100000 3
}
