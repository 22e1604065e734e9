#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# players N: their names, sorted.
players() {
    local all=(violin flute cello horn) i
    for ((i = 0; i < $1; i++)); do
        echo "${all[i % 4]}"
    done | sort
}

# names LINE: those after its colon, one a line.
names() {
    tr ' ' '\n' <<<"${1#*:}" | grep . | sort
}

# What every run must show, with $players of them.
holds() {
    assert_equal "${#lines[@]}" 4
    assert_regex "${lines[0]}" '^tuning: '
    assert_equal "$(names "${lines[0]}" | wc -l)" $((2 * players))
    assert_equal "$(names "${lines[0]}" | sort -u | comm -23 - <(players 4 | sort))" ''
    assert_regex "${lines[1]}" '^baton up, silent: '
    assert_equal "$(names "${lines[1]}")" "$(players "$players")"
    assert_line --index 2 'late, silent at once: piano'
    assert_line --index 3 "$((players + 1)) of $((players + 1)) silent after one close"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "one close silences every player, and the one who comes later" {
    players=4
    repeat run_holds close-broadcast
}

@test "in the order of any seed the same holds, and nobody is left behind" {
    players=4
    seeds_hold close-broadcast
}

@test "one close is enough for one player as well as for two hundred" {
    for players in 1 2 5 200; do
        run_holds close-broadcast "$players"
    done
}

# moments WHAT: when that happened, in microseconds of virtual time.
moments() {
    sed -n 's/.*"ts":\([0-9]*\).*"name":"'"$1"'".*/\1/p' trace.json
}

@test "there is one close, and nobody hears of it later than his note lasts" {
    knows_seeds
    CHAN_SEED=1 CHAN_TRACE=trace.json run -0 play close-broadcast 20
    assert_equal "$(moments 'close [a-z]*')" 5000
    local silent
    silent=$(moments 'send on p->silent')
    assert_equal "$(wc -w <<<"$silent")" 21
    assert_equal "$(sort -u <<<"$silent")" 10000
}

@test "takes one number, within its limits" {
    takes_number close-broadcast PLAYERS 1 500 4
}
