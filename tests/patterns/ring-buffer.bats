#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# received LINE: a reader's measurements, one a line.
received() {
    grep -o '[0-9]*' <<<"${1#*:}" || true
}

# What every run must show, with $measurements of them and a ring of this $capacity.
holds() {
    local first=$((measurements > capacity ? measurements - capacity + 1 : 1)) all line dropped
    assert_equal "${#lines[@]}" 5
    assert_line --index 0 \
        "without readers: $((first - 1)) dropped, left are $(seq -s ' ' "$first" "$measurements")"
    for line in "${lines[1]}" "${lines[2]}"; do
        assert_regex "$line" '^reader [12]:( [0-9]+)*$'
        received "$line" | sort -nc # in the order in which they were sent
    done
    all=$(received "${lines[1]}" && received "${lines[2]}")
    assert_equal "$(sort -n <<<"$all" | uniq -d)" ''
    assert_equal "$(grep -vxFf <(seq "$measurements") <<<"$all")" ''
    grep -qx "$measurements" <<<"$all" || fail 'the newest has not been received'
    assert_regex "${lines[3]}" "^$(wc -l <<<"$all") received, [0-9]+ dropped\$"
    dropped=${lines[3]#* received, } dropped=${dropped% dropped}
    assert_equal $(($(wc -l <<<"$all") + dropped)) "$measurements"
    assert_line --index 4 "$measurements measurements, each received or dropped"
    assert_equal "$stderr" ''
}

@test "the newest survive, and each measurement is received once or dropped" {
    measurements=20 capacity=3
    repeat run_holds ring-buffer
}

@test "the same holds with any seed, and no goroutine stays blocked" {
    measurements=20 capacity=3
    seeds_hold ring-buffer
}

@test "a reader may receive the last one while the sensor is about to drop it" {
    measurements=20 capacity=1
    SEEDS=$((SEEDS / 5)) seeds_hold ring-buffer 20 1
    measurements=500
    run_holds ring-buffer 500 1
}

@test "nothing is dropped as long as there is a free slot" {
    measurements=5 capacity=5
    run_holds ring-buffer 5 5
    assert_line --index 3 '5 received, 0 dropped'
    measurements=1 capacity=500
    run_holds ring-buffer 1 500
}

@test "the sensor never waits: it is done when the last one is sent" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    # One every 5 ms, however slow the readers are.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play ring-buffer 100 2
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close s->ring".*/\1/p' trace.json)
    assert_equal "$closed" 500000
}

@test "each number keeps to its limits" {
    takes ring-buffer '[MEASUREMENTS [CAPACITY]]   (20, and capacity 3)' 0 501 '4 0' '4 501' '4 4 4'
}
