#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $editions editions must show: in each, one report of each
# reporter, in any order, and of that edition.
holds() {
    local n
    assert_equal "${#lines[@]}" $((editions + 1))
    for ((n = 1; n <= editions; n++)); do
        assert_regex "${lines[n - 1]}" "^edition $n:( [a-z]+[0-9]+){3}, printed$"
        assert_equal "$(grep -Eo '[a-z]{3}[0-9]+' <<<"${lines[n - 1]}" | LC_ALL=C sort | xargs)" \
            "ann$n bob$n cat$n"
    done
    assert_equal "${lines[-1]}" "$((3 * editions)) reports, each in its edition"
    assert_equal "$stderr" ''
}

@test "rounds never mix, however quick one of the senders is" {
    editions=3
    repeat run_holds restore-sequence
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    editions=3
    seeds_hold restore-sequence
}

@test "within a round the order is free" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed play restore-sequence 2 | head -n 1
    done >"$BATS_TEST_TMPDIR/first"
    (($(sort -u "$BATS_TEST_TMPDIR/first" | wc -l) > 1))
}

@test "one round, none, and three hundred" {
    for editions in 0 1; do
        repeat run_holds restore-sequence "$editions"
    done
    [[ $BUILD != */tsan ]] || return 0 # in virtual time the writing costs nothing
    editions=300
    CHAN_SEED=1 run_holds restore-sequence 300
}

@test "an edition takes as long as its slowest report, 20 ms, and no longer" {
    knows_seeds
    local trace=$BATS_TEST_TMPDIR/trace.json end
    CHAN_SEED=3 CHAN_TRACE=$trace play restore-sequence 5 >"$BATS_TEST_TMPDIR/out"
    end=$(grep -o '"ts":[0-9]*' "$trace" | cut -d: -f2 | sort -n | tail -n 1)
    assert_equal $((end / 1000)) $((5 * 20))
}

@test "takes one number, within its limits" {
    takes_number restore-sequence EDITIONS 0 100000 3
}
