#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show: two suppliers add $rounds of each item. Each of three buyers
# takes $rounds at most. Each item is taken or left.
holds() {
    local i item n taken left added=$((2 * rounds)) items=(bolts nuts)
    assert_equal "${#lines[@]}" 3
    for i in 0 1; do
        item=${items[i]}
        [[ ${lines[i]} =~ ^$item:\ $added\ added,\ ([0-9]+)\ \+\ ([0-9]+)\ \+\ ([0-9]+)\ taken,\ ([0-9]+)\ left$ ]] ||
            fail "not about $added $item: ${lines[i]}"
        taken=0 left=${BASH_REMATCH[4]}
        for n in "${BASH_REMATCH[@]:1:3}"; do
            ((n <= rounds)) || fail "a buyer took more than $rounds: ${lines[i]}"
            taken=$((taken + n))
        done
        assert_equal $((taken + left)) "$added"
    done
    assert_line --index 2 'no item lost, none taken twice'
    assert_equal "$stderr" ''
}

@test "each item that is added is taken once or left" {
    rounds=4
    repeat run_holds state-owner
}

@test "in the order of any seed the same holds, and the owner returns" {
    rounds=4
    seeds_hold state-owner
}

@test "the order of the requests decides which buyer gets how many" {
    many_seeds
    local seed
    for seed in {1..10}; do
        CHAN_SEED=$seed play state-owner | head -n 1
    done | sort -u >"$BATS_TEST_TMPDIR/shares"
    (($(wc -l <"$BATS_TEST_TMPDIR/shares") > 1))
}

@test "holds for one round as well as for two hundred" {
    for rounds in 1 200; do
        run_holds state-owner "$rounds"
    done
}

@test "takes one number, within its limits" {
    takes_number state-owner ROUNDS 1 10000 4
}
