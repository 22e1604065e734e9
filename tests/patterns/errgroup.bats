#!/usr/bin/env bats
load ../helper

# ends CHECK: how it has ended.
ends() {
    sed -n "s/^$1: //p" <<<"$output"
}

# What every run must show, where $fails may fail: all have ended, nobody fails
# who should not, and the verdict is one of those who did.
holds() {
    local check first seen=no
    assert_equal "${#lines[@]}" 6
    assert_line --index 4 '4 of 4 checks have ended'
    assert_equal "$stderr" ''
    first=$(sed -n 's/^no launch: \(.*\) failed$/\1/p' <<<"${lines[5]}")
    for check in engine fuel guidance weather; do
        case $(ends $check) in
            failed)
                assert_regex " $fails " " $check "
                [[ $first != "$check" ]] || seen=yes
                ;;
            ready) refute_regex " $fails " " $check " ;;
            'broken off') [[ $first ]] || fail "$check was broken off for nothing" ;;
            *) fail "$check ended as '$(ends $check)'" ;;
        esac
    done
    if [[ $fails ]]; then
        assert_equal "$seen" yes
    else
        assert_line --index 5 launch
        refute_line --partial 'broken off'
    fi
}

@test "tells the first error, breaks off the rest, and all have ended" {
    fails='fuel weather'
    repeat run_holds errgroup
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    fails='fuel weather'
    seeds_hold errgroup
    assert_output "$(transcript errgroup)"
    fails=''
    SEEDS=10 seeds_hold errgroup none
}

@test "errors at the same moment: one of them is the first, and either can be" {
    local seed
    many_seeds
    fails='fuel weather'
    SEEDS=20 seeds_hold errgroup -t 0 fuel weather
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_SEED=$seed play errgroup -t 0 fuel weather | tail -n 1
    done >"$BATS_TEST_TMPDIR/verdicts"
    assert_equal "$(sort -u "$BATS_TEST_TMPDIR/verdicts")" $'no launch: fuel failed\nno launch: weather failed'
    fails='engine fuel guidance weather'
    # shellcheck disable=SC2086  # many words
    SEEDS=20 seeds_hold errgroup -t 0 $fails
    # shellcheck disable=SC2086
    RUNS=20 repeat run_holds errgroup -t 0 $fails
}

@test "whichever fails is named" {
    for fails in engine fuel guidance weather; do
        run_holds errgroup "$fails"
    done
}

@test "without an error it is a launch, and takes all the time that it needs" {
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

@test "takes the names of checks, and a time within its limits" {
    takes errgroup '[-t MS] [none | CHECK...]   (which fail)' moon 'fuel moon' '-t -1' '-t 1001'
}
