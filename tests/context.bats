#!/usr/bin/env bats
load helper

# What every run must show: the child ends, with its reason, while the parent
# answers; then all end with the reason of the root, in whatever order.
holds() {
    assert_equal "$(head -n 3 <<<"$output")" "scout: comes down (out of time)
rope: still climbing
base: storm, everybody down"
    assert_equal "$(sed -n 4,5p <<<"$output" | sort)" $'porter: comes down (storm)\nrope: comes down (storm)'
    assert_equal "$(sed 1,5d <<<"$output")" 'nobody is left on the mountain'
    assert_equal "$stderr" ''
}

@test "a child's end is its own, the root's end is everybody's, and so is its reason" {
    repeat run_holds context
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold context
    SEEDS=20 seeds_hold context 0
    SEEDS=20 seeds_hold context 1000
}

# In the trace: the contexts, from base (2) by rope (3) to scout (4) and porter (5).
@test "in virtual time the deadline is kept, and nothing goes up" {
    [[ $BUILD != */tsan ]] || skip 'built without the laboratory'
    local seed order closes
    cd "$BATS_TEST_TMPDIR"
    for seed in first 1 2 3 4 5; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play context 47
        holds
        closes=$(grep '"name":"close c->done"' trace.json)
        assert_equal "$(grep -c '"tid":4,"ts":470' <<<"$closes")" 1
        order=$(awk -F '[:,]' '{ print $8, $6 }' <<<"$closes" | sort -n | cut -d ' ' -f 2)
        assert_equal "$(xargs <<<"$order")" '4 2 3 5'
    done
}

@test "no deadline comes early" {
    local began=${EPOCHREALTIME/./}
    run_holds context 200
    ((${EPOCHREALTIME/./} - began >= 200 * 1000))
}

@test "refuses what it does not understand" {
    local words usage='usage: context [SCOUT_MS]    (0 to 1000: 30)'
    for words in -h --help; do
        run -0 --separate-stderr play context "$words"
        assert_output "$usage"
    done
    for words in -x soon -1 1001 3x '3 3'; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play context $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
    run -2 play context ''
}
