#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

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

@test "takes one number, within its limits" {
    takes_number prime-sieve PRIMES 1 10000 10
}
