#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

setup() {
    one=$ROOT/patterns/nil-channel/web.log two=$ROOT/patterns/nil-channel/db.log
    three=$BATS_TEST_TMPDIR/three four=$BATS_TEST_TMPDIR/four
}

# What every run must show: the lines of both logs, merged as sort does it. Each line is
# received and sent by one select, and one more select receives the end of each log.
holds() {
    local n
    n=$(cat "$one" "$two" | wc -l)
    assert_equal "$(sed '$d' <<<"$output")" "$(LC_ALL=C sort -m -s "$one" "$two")"
    assert_equal "${lines[-1]}" "$n lines, none lost, $((2 * n + 2)) selects"
    assert_equal "$stderr" ''
}

# merges FILE FILE: the merge of these two files is right.
merges() {
    one=$1 two=$2
    repeat run_holds nil-channel "$@"
}

# log LINES SEED: a sorted log of LINES lines.
log() {
    awk -v lines="$1" -v seed="$2" 'BEGIN {
        srand(seed)
        while (n++ < lines) printf "%08d source %d\n", at += int(5 * rand()), seed
    }'
}

@test "the merge of two sorted logs is sorted, and no select is wasted" {
    repeat run_holds nil-channel
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold nil-channel
}

@test "each log may be empty, or end before the other" {
    local lengths
    for lengths in '0 0' '0 1' '1 0' '1 1' '2 5' '5 2' '0 20'; do
        log "${lengths% *}" 1 >"$three"
        log "${lengths#* }" 2 >"$four"
        merges "$three" "$four"
    done
}

@test "thousands of lines come in order, too" {
    log 5000 1 >"$three"
    log 3000 2 >"$four"
    merges "$three" "$four"
}

@test "a closed output ends it quietly" {
    log 50000 1 >"$three"
    into_closed_pipe 8 nil-channel "$three" "$two"
    assert_equal "$output$stderr" "$(head -c 8 "$three")"
}

@test "takes two files" {
    takes nil-channel '[FILE FILE]' 'one' 'one two three' '-x'
    run -2 --separate-stderr play nil-channel "$two" "$four"
    assert_equal "$output$stderr" "nil-channel: $four cannot be read"
}
