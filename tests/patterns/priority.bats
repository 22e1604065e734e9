#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $rounds rounds must show: each of the ten jobs once, in order, first
# those that are done and then those that are skipped. Of the seven jobs that were sent
# before the stop four or more are done, and none of the other three.
holds() {
    local n ran skipped
    assert_equal "${#lines[@]}" $((rounds + 1))
    for ((n = 1; n <= rounds; n++)); do
        assert_regex "${lines[n - 1]}" "^round $n: done( [0-9]+)*, skipped( [0-9]+)*$"
        skipped=${lines[n - 1]#*skipped } ran=${lines[n - 1]#*done }
        ran=${ran%%,*}
        assert_equal "$ran $skipped" '1 2 3 4 5 6 7 8 9 10'
        ((${ran##* } >= 4 && ${ran##* } <= 7))
    done
    assert_equal "${lines[-1]}" "$((10 * rounds)) jobs: none lost, none done that was sent after the stop"
    assert_equal "$stderr" ''
}

@test "no job is done that was sent after the stop" {
    rounds=3
    repeat run_holds priority
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    rounds=3
    seeds_hold priority
}

@test "the same holds in five hundred rounds" {
    rounds=500
    run_holds priority 500
}

@test "the stop may overtake jobs that were sent before it, and need not" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed play priority 1 | head -n 1
    done >"$BATS_TEST_TMPDIR/rounds"
    grep -q 'skipped 5 6 7 8' "$BATS_TEST_TMPDIR/rounds"
    grep -q 'done .* 7, skipped' "$BATS_TEST_TMPDIR/rounds"
}

@test "a closed output ends it quietly" {
    into_closed_pipe 13 priority 20000
    assert_equal "$output$stderr" 'round 1: done'
}

@test "takes one number, within its limits" {
    takes_number priority ROUNDS 0 100000 3
}
