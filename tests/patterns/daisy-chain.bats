#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $hands of them.
holds() {
    assert_output "$hands hands, $hands marks"
    assert_regex "$stderr" '^~ lined up in [0-9]+ ms, passed through in [0-9]+ ms$'
}

@test "as many marks as hands" {
    hands=1000
    repeat run_holds daisy-chain
}

@test "in the order of any seed the same holds, and nobody is left behind" {
    hands=40
    seeds_hold daisy-chain "$hands"
}

@test "one hand is a chain, and so are two thousand" {
    for hands in 1 2 2000; do
        run_holds daisy-chain "$hands"
    done
}

@test "where no more threads fit it says so, and at which one" {
    [[ $BUILD != */asan && $BUILD != */tsan && ! ${COOKBOOK_WRAP-} ]] ||
        skip 'the sanitizers and valgrind need more addresses than that'
    run --separate-stderr timeout -k 2 "$LIMIT" bash -c 'ulimit -v 300000 && exec "$@"' - \
        "$BUILD/daisy-chain" 100000
    assert_equal "$status" 134
    assert_output ''
    assert_regex "$stderr" '^panic: no thread for goroutine [0-9]+: Resource temporarily unavailable \(.*daisy-chain\.c:[0-9]+\)$'
}

@test "takes one number, within its limits" {
    takes_number daisy-chain HANDS 1 10000000 1000
}
