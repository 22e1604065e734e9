#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

# What every run must show, with $hikers and $places: from each bridge to the
# next one hiker steps on or off, each of them once, and never are there too many.
# Leaves in $most how many there were at most.
hikers=5 places=3
holds() {
    local id before='' on count bridges
    local -A seen=()
    most=0
    assert_equal "${#lines[@]}" 2
    assert_line --index 0 --regexp '^bridge:( \[([0-9]+( [0-9]+)*)?\])+$'
    mapfile -t bridges < <(grep -o '\[[^]]*\]' <<<"${lines[0]}" | tr -d '[]')
    assert_equal "${#bridges[@]}" $((2 * hikers))
    for on in "${bridges[@]}"; do
        id=$(tr ' ' '\n' <<<"$before $on" | grep . | sort | uniq -u)
        [[ $id =~ ^[0-9]+$ ]] || fail "not a step: from '$before' to '$on'"
        if [[ " $on " == *" $id "* ]]; then
            seen[$id]+=on
        else
            seen[$id]+=off
        fi
        count=$(wc -w <<<"$on")
        ((count <= places)) || fail "$count on a bridge for $places: $on"
        ((count <= most)) || most=$count
        before=$on
    done
    assert_equal "$before" ''
    for ((id = 1; id <= hikers; id++)); do
        assert_equal "$id ${seen[$id]-}" "$id onoff"
    done
    assert_line --index 1 "$hikers across, never too many at once"
    assert_equal "$stderr" ''
}

@test "never are there more on the bridge than it carries, and each gets across" {
    repeat run_holds semaphore
    hikers=20 places=4
    repeat run_holds semaphore 20 4
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold semaphore
    hikers=8 places=2
    SEEDS=10 seeds_hold semaphore 8 2
}

# In virtual time all come at once, and nobody is across before the bridge is full.
@test "the bridge gets as full as it may, and no fuller" {
    [[ $BUILD != */tsan ]] || skip 'built without the laboratory'
    local seed
    for seed in 1 2 3 4 5 6 7 8 9 10; do
        for places in 1 2 3 5 9; do
            CHAN_SEED=$seed run -0 --separate-stderr play semaphore 5 "$places"
            holds
            assert_equal "$most" $((places < 5 ? places : 5))
        done
    done
}

# In virtual time 5 hikers on 2 places take three walks of 20 ms, and no more.
@test "who waits goes on as soon as there is a place" {
    [[ $BUILD != */tsan ]] || skip 'built without the laboratory'
    cd "$BATS_TEST_TMPDIR"
    CHAN_TRACE=trace.json CHAN_SEED=3 run -0 play semaphore 5 2
    run -0 grep -c '"ts":[0-9]*.*"cat":"send".*h->places' trace.json
    assert_output 5
    run -0 grep "receive on h->places" trace.json
    assert_equal "$(grep -o '"ts":[0-9]*' <<<"$output" | sort | tr -d '\n')" \
        '"ts":20000"ts":20000"ts":40000"ts":40000"ts":60000'
}

@test "never takes less time than the bridge allows" {
    local began=${EPOCHREALTIME/./}
    run -0 play semaphore 8 2
    ((${EPOCHREALTIME/./} - began >= 4 * 20 * 1000))
}

@test "more than it was made for is fine" {
    run -0 play semaphore 200 200
    assert_line '200 across, never too many at once'
    run -0 play semaphore 1 1
    assert_output $'bridge: [1] []\n1 across, never too many at once'
}

@test "a closed output ends it quietly" {
    play semaphore 200 100 2>"$BATS_TEST_TMPDIR/errors" | head -c 7 >"$BATS_TEST_TMPDIR/first"
    assert_equal "$(<"$BATS_TEST_TMPDIR/first")" 'bridge:'
    assert_equal "$(sed '/^==/d' "$BATS_TEST_TMPDIR/errors")" ''
}

@test "refuses what it does not understand" {
    local words usage='usage: semaphore [HIKERS [PLACES]]    (1 to 200: 5, 3)'
    for words in -h --help; do
        run -0 --separate-stderr play semaphore "$words"
        assert_output "$usage"
        assert_equal "$stderr" ''
    done
    for words in -x many -1 0 201 3x '3 0' '3 x' '3 4 5' '-h 3'; do
        # shellcheck disable=SC2086  # one word or more
        run -2 --separate-stderr play semaphore $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
    run -2 play semaphore ''
}
