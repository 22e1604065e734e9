#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# primes N: the first N, as factor finds them.
primes() {
    seq 2 $((20 * $1 + 20)) | factor | awk 'NF == 2 { print $2 }' | head -n "$1"
}

# What every run must show: the first $primes of them, and then each filter's end, in the
# order of the chain.
holds() {
    assert_output "$(primes "$primes" | sed 's/^/prime /')
$(primes "$primes" | sed 's/.*/filter & ends/')"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "finds the primes that factor finds, and the filters end in the order of the chain" {
    primes=6
    repeat run_holds prime-sieve
}

@test "in the order of any seed the same holds, and no goroutine is left behind" {
    primes=6
    seeds_hold prime-sieve
}

@test "finds the first prime as well as the first hundred" {
    for primes in 1 2 100; do
        run_holds prime-sieve "$primes"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 5 prime-sieve 60
    assert_equal "$output$stderr" prime
}

@test "takes one number, within its limits" {
    takes_number prime-sieve PRIMES 1 10000 6
}
