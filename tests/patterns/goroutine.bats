#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# Every courier's parcels in order, one below the other, and then main's line.
delivered() {
    assert_line --index 0 '6 parcels are promised'
    assert_line --index 7 'main leaves, all parcels are delivered'
    assert_equal "${#lines[@]}" 8
    local id
    for id in 1 2; do
        assert_equal "$(grep "^courier $id: " <<<"$output")" \
            "$(printf "courier $id: parcel %d\n" 1 2 3)"
    done
}

# Some of the six are missing, nobody knows which: MOST of them come.
forgotten() { # MOST
    assert_line --index 0 '6 parcels are promised'
    assert_line 'main leaves, nobody is waited for'
    parcels=$(grep -c '^courier [12]: parcel [123]$' <<<"$output") || true
    assert [ "$parcels" -le "$1" ]
    assert_equal "${#lines[@]}" $((parcels + 2))
}

@test "waits for all parcels, each courier's in order" {
    holds() { delivered; }
    repeat run_holds goroutine
}

# The kernel may give the core of main to another process just before main returns,
# and then all parcels come. It does not do so ten times in a row.
some_are_lost() {
    local tries
    holds() { forgotten 6; }
    for tries in {1..10}; do
        run_holds goroutine --forget
        ((parcels == 6)) || return 0
    done
    fail "all parcels have come, $tries times"
}

@test "with --forget some parcels are lost, and yet it ends with status 0" {
    # Here threads still run at the end. ThreadSanitizer would wait a second
    # for them, and valgrind would count their memory as lost.
    export TSAN_OPTIONS="${TSAN_OPTIONS-} atexit_sleep_ms=0"
    export VALGRIND_OPTS="${VALGRIND_OPTS-} --errors-for-leak-kinds=definite"
    repeat some_are_lost
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    holds() { delivered; }
    seeds_hold goroutine
    holds() { forgotten 5; }
    SEEDS=$((SEEDS / 5)) seeds_hold goroutine --forget
}

@test "takes no other arguments" {
    takes goroutine '[--forget]' '--forget twice' --nosuch
}
