#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, with $relays of them.
holds() {
    assert_output "$relays relays, $relays hops, at most 1 relay at work"
    assert_regex "$stderr" '^~ started in [0-9]+ ms, message took [0-9]+ ms$'
}

@test "the message makes as many hops as there are relays, one at a time" {
    relays=1000
    repeat run_holds daisy-chain
}

@test "in the order of any seed the same holds, and no relay is left behind" {
    relays=40
    seeds_hold daisy-chain "$relays"
}

@test "one relay is a chain, and so are two thousand" {
    for relays in 1 2 2000; do
        run_holds daisy-chain "$relays"
    done
}

@test "on fibers there may be a hundred thousand relays" {
    [[ $BUILD == */fibers ]] || skip 'the system has no threads for so many goroutines'
    [[ ! ${COOKBOOK_WRAP-} ]] || skip 'valgrind is too slow for so many'
    relays=100000
    run_holds daisy-chain "$relays"
}

@test "if the system has no more threads, the program reports their number" {
    [[ $BUILD != */asan && $BUILD != */tsan && ! ${COOKBOOK_WRAP-} ]] ||
        skip 'the sanitizers and valgrind need more addresses than that'
    run --separate-stderr timeout -k 2 "$LIMIT" bash -c 'ulimit -v 300000 && exec "$@"' - \
        "$BUILD/daisy-chain" 100000
    assert_equal "$status" 134
    assert_output ''
    local reason='no thread for goroutine [0-9]+: Resource temporarily unavailable'
    [[ $BUILD != */fibers ]] || reason='no stack for goroutine [0-9]+: Cannot allocate memory'
    assert_regex "${stderr%%$'\n'*}" "^panic: $reason \\(.*daisy-chain\\.c:[0-9]+\\)\$"
}

@test "takes one number, within its limits" {
    takes_number daisy-chain RELAYS 1 10000000 1000
}
