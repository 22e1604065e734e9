#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

# primes N: the first N, as factor finds them.
primes() {
    seq 2 $((20 * $1 + 20)) | factor | awk 'NF == 2 { print $2 }' | head -n "$1"
}

# What every run must show, with $primes of them.
holds() {
    assert_output "$(primes "$primes")"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "finds the primes that factor finds, none too many and none too few" {
    primes=10
    repeat run_holds prime-sieve
}

@test "in the order of any seed the same holds, and the whole chain is taken down" {
    primes=10
    seeds_hold prime-sieve
}

@test "finds the first as well as the first hundred" {
    for primes in 1 2 100; do
        run_holds prime-sieve "$primes"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 1 prime-sieve 60
    assert_equal "$output$stderr" 2
}

@test "misuse is a usage line and status 2, -h a usage text and status 0" {
    local words usage='usage: prime-sieve [PRIMES]   (1 to 10000, by default 10)'
    for words in 0 -1 10001 x 3x '4 4' --nosuch; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play prime-sieve $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
    run -2 play prime-sieve ''
    for words in -h --help; do
        run -0 --separate-stderr play prime-sieve "$words"
        assert_output "$usage"
        assert_equal "$stderr" ''
    done
}
