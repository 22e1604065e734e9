#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load helper

# want GAMES: the boards, as awk adds them up: two players, each with that many
# games of (n * 37 + player * 11) mod 101 points.
want() {
    awk -v games="$1" 'BEGIN {
        for (player = 0; player < 2; player++)
            for (n = 0; n < games; n++) {
                points = (n * 37 + player * 11) % 101
                sum += points
                if (points > best) best = points
            }
        split("channel mutex atomics", way, " ")
        for (i = 1; i <= 3; i++)
            printf "%s: %d games, %d points, best %d\n", way[i], 2 * games, sum, best
        print "three ways, one result"
    }'
}

# What every run must show. Figures may stand on standard error, and nothing else.
holds() {
    assert_output "$(want "$games")"
    refute grep -v '^~ .* ns a game$' <<<"${stderr:-~ no ns a game}"
}

@test "all three boards say what awk says" {
    games=100
    repeat run_holds mutex-or-channel
}

@test "in the order of any seed the same holds, and the keeper has gone" {
    games=100
    seeds_hold mutex-or-channel
}

@test "loses nothing in two games nor in twenty thousand" {
    for games in 1 10000; do
        run_holds mutex-or-channel "$games"
    done
}

@test "misuse is a usage line and status 2, -h a usage text and status 0" {
    local words usage='usage: mutex-or-channel [GAMES]   (of each player: 100)'
    for words in 0 -1 50000001 x 3x '4 4' --nosuch; do
        # shellcheck disable=SC2086  # one word or two
        run -2 --separate-stderr play mutex-or-channel $words
        assert_output ''
        assert_equal "$stderr" "$usage"
    done
    run -2 play mutex-or-channel ''
    for words in -h --help; do
        run -0 --separate-stderr play mutex-or-channel "$words"
        assert_output "$usage"
        assert_equal "$stderr" ''
    done
}
