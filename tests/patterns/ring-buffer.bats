#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# taken LINE: a lookout's positions, one a line.
taken() {
    grep -o '[0-9]*' <<<"${1#*:}" || true
}

# What every run must show, with $positions of them and $room in the ring.
holds() {
    local first=$((positions > room ? positions - room + 1 : 1)) all line dropped
    assert_equal "${#lines[@]}" 5
    assert_line --index 0 \
        "nobody looks: $((first - 1)) dropped, left are $(seq -s ' ' "$first" "$positions")"
    for line in "${lines[1]}" "${lines[2]}"; do
        assert_regex "$line" '^lookout [12]:( [0-9]+)*$'
        taken "$line" | sort -nc # in the order in which they were sent
    done
    all=$(taken "${lines[1]}" && taken "${lines[2]}")
    assert_equal "$(sort -n <<<"$all" | uniq -d)" ''
    assert_equal "$(grep -vxFf <(seq "$positions") <<<"$all")" ''
    grep -qx "$positions" <<<"$all" || fail 'the newest has not arrived'
    assert_regex "${lines[3]}" "^$(wc -l <<<"$all") taken, [0-9]+ dropped\$"
    dropped=${lines[3]#* taken, } dropped=${dropped% dropped}
    assert_equal $(($(wc -l <<<"$all") + dropped)) "$positions"
    assert_line --index 4 "$positions sent, each taken or dropped"
    assert_equal "$stderr" ''
}

@test "the newest survive, and what was sent is taken once or dropped" {
    positions=20 room=3
    repeat run_holds ring-buffer
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    positions=20 room=3
    seeds_hold ring-buffer
}

@test "a lookout may take the last one while the buoy is about to drop it" {
    positions=20 room=1
    SEEDS=$((SEEDS / 5)) seeds_hold ring-buffer 20 1
    positions=500
    run_holds ring-buffer 500 1
}

@test "nothing is dropped as long as there is room" {
    positions=5 room=5
    run_holds ring-buffer 5 5
    assert_line --index 3 '5 taken, 0 dropped'
    positions=1 room=500
    run_holds ring-buffer 1 500
}

@test "the buoy never waits: it is done when the last one is sent" {
    knows_seeds
    cd "$BATS_TEST_TMPDIR"
    # One every 5 ms, whoever looks.
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play ring-buffer 100 2
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close b->ring".*/\1/p' trace.json)
    assert_equal "$closed" 500000
}

@test "each number keeps to its limits" {
    takes ring-buffer '[POSITIONS [ROOM]]   (20, and room for 3)' 0 501 '4 0' '4 501' '4 4 4'
}
