#!/usr/bin/env bats
load ../helper

# ends REQUEST: how the request has ended.
ends() {
    sed -n "s/^$1: //p" <<<"$output"
}

# What every run must show, where $fails may fail: all have ended, no other request
# fails, and the first error is that of a request that has failed.
holds() {
    local request first seen=no
    assert_equal "${#lines[@]}" 6
    assert_line --index 4 '4 of 4 requests have ended'
    assert_equal "$stderr" ''
    first=$(sed -n 's/^first error: \(.*\) failed$/\1/p' <<<"${lines[5]}")
    for request in users orders prices reviews; do
        case $(ends $request) in
            failed)
                assert_regex " $fails " " $request "
                [[ $first != "$request" ]] || seen=yes
                ;;
            complete) refute_regex " $fails " " $request " ;;
            cancelled) [[ $first ]] || fail "$request was cancelled without an error" ;;
            *) fail "$request ended as '$(ends $request)'" ;;
        esac
    done
    if [[ $fails ]]; then
        assert_equal "$seen" yes
    else
        assert_line --index 5 'no error'
        refute_line --partial cancelled
    fi
}

@test "the first error cancels the rest, and all have ended" {
    fails='orders reviews'
    repeat run_holds errgroup
}

@test "the same holds with every seed, and no goroutine or channel is left" {
    fails='orders reviews'
    seeds_hold errgroup
    assert_output "$(transcript errgroup)"
    fails=''
    SEEDS=10 seeds_hold errgroup none
}

@test "of two errors at the same moment one is the first, and either can be" {
    local seed
    many_seeds
    fails='orders reviews'
    SEEDS=20 seeds_hold errgroup -t 0 orders reviews
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_SEED=$seed play errgroup -t 0 orders reviews | tail -n 1
    done >"$BATS_TEST_TMPDIR/first"
    assert_equal "$(sort -u "$BATS_TEST_TMPDIR/first")" $'first error: orders failed\nfirst error: reviews failed'
    fails='users orders prices reviews'
    # shellcheck disable=SC2086  # many words
    SEEDS=20 seeds_hold errgroup -t 0 $fails
    # shellcheck disable=SC2086
    RUNS=20 repeat run_holds errgroup -t 0 $fails
}

@test "the error names the request that failed" {
    for fails in users orders prices reviews; do
        run_holds errgroup "$fails"
    done
}

@test "without an error all requests take the time that they need" {
    local began
    began=$(now_us)
    fails=''
    run_holds errgroup none
    (($(now_us) - began >= 450 * 1000))
}

# The last moment in the trace, in microseconds of virtual time.
last() {
    sed -n 's/.*"ts":\([0-9]*\)[.].*/\1/p' trace.json | sort -n | tail -n 1
}

@test "in virtual time all have ended at the moment of the first error" {
    knows_seeds
    local seed
    cd "$BATS_TEST_TMPDIR"
    for seed in first 1 2 3 4 5; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play errgroup
        assert_equal "$(grep -c '"ts":150000[.].*"name":"close g->stop"' trace.json)" 1
        assert_equal "$(last)" 150000
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play errgroup none
        assert_equal "$(last)" 450000
    done
}

@test "takes the names of requests, and a time within its limits" {
    takes errgroup '[-t MS] [none | REQUEST...]   (which fail)' moon 'orders moon' '-t -1' '-t 1001'
}
