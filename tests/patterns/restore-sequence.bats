#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $rounds rounds must show: in each, one reading of each sensor, in any
# order, and with the number of the round.
holds() {
    local n
    assert_equal "${#lines[@]}" $((rounds + 1))
    for ((n = 1; n <= rounds; n++)); do
        assert_regex "${lines[n - 1]}" "^round $n: [a-z]+ [0-9]+, [a-z]+ [0-9]+, [a-z]+ [0-9]+$"
        assert_equal "$(grep -Eo '[a-z]+ [0-9]+(,|$)' <<<"${lines[n - 1]}" | tr -d , | LC_ALL=C sort | xargs)" \
            "humidity $n pressure $n temperature $n"
    done
    assert_equal "${lines[-1]}" "$((3 * rounds)) readings, each in its round"
    assert_equal "$stderr" ''
}

@test "rounds never mix, however quick one of the sensors is" {
    rounds=3
    repeat run_holds restore-sequence
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    rounds=3
    seeds_hold restore-sequence
}

@test "within a round the order is free" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed play restore-sequence 2 | sed -n 2p
    done >"$BATS_TEST_TMPDIR/second"
    (($(sort -u "$BATS_TEST_TMPDIR/second" | wc -l) > 1))
}

@test "one round, none, and three hundred" {
    for rounds in 0 1; do
        repeat run_holds restore-sequence "$rounds"
    done
    [[ $BUILD != */tsan && $BUILD != */fibers ]] || return 0 # in virtual time the sensors' measuring takes no time
    rounds=300
    CHAN_SEED=1 run_holds restore-sequence 300
}

@test "a round takes as long as its slowest reading, 20 ms, and no longer" {
    knows_seeds
    local trace=$BATS_TEST_TMPDIR/trace.json end
    CHAN_SEED=3 CHAN_TRACE=$trace play restore-sequence 5 >"$BATS_TEST_TMPDIR/out"
    end=$(grep -o '"ts":[0-9]*' "$trace" | cut -d: -f2 | sort -n | tail -n 1)
    assert_equal $((end / 1000)) $((5 * 20))
}

@test "takes one number, within its limits" {
    takes_number restore-sequence ROUNDS 0 100000 3
}
