#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show: of each good all that $rounds rounds of two carriers
# bring is taken or left, and no more is taken than there was.
holds() {
    local i good brought=$((2 * rounds)) goods=(apples pears)
    assert_equal "${#lines[@]}" 3
    for i in 0 1; do
        good=${goods[i]}
        [[ ${lines[i]} =~ ^$good:\ $brought\ brought\ =\ ([0-9]+)\ taken\ \+\ ([0-9]+)\ left$ ]] ||
            fail "not about $brought $good: ${lines[i]}"
        assert_equal $((BASH_REMATCH[1] + BASH_REMATCH[2])) "$brought"
    done
    assert_line --index 2 'nothing lost, nothing sold twice'
    assert_equal "$stderr" ''
}

@test "what is brought is taken or left, and nothing is taken twice" {
    rounds=4
    repeat run_holds state-owner
}

@test "in the order of any seed the same holds, and the keeper goes home" {
    rounds=4
    seeds_hold state-owner
}

@test "holds for one round as well as for two hundred" {
    for rounds in 1 200; do
        run_holds state-owner "$rounds"
    done
}

@test "takes one number, within its limits" {
    takes_number state-owner ROUNDS 1 10000 4
}
