#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

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

@test "misuse is a usage line and status 2, -h a usage text and status 0" {
    local words usage='usage: state-owner [ROUNDS]   (1 to 10000, by default 4)'
    for words in 0 -1 10001 x 3x '4 4' --nosuch; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play state-owner $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
    run -2 play state-owner ''
    for words in -h --help; do
        run -0 --separate-stderr play state-owner "$words"
        assert_output "$usage"
        assert_equal "$stderr" ''
    done
}
