#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# want GAMES [WAYS]: the boards, as awk adds them up: two players, each with that
# many games of (n * 37 + player * 11) mod 101 points.
want() {
    awk -v games="$1" -v ways="${2:-channel mutex atomics}" 'BEGIN {
        for (player = 0; player < 2; player++)
            for (n = 0; n < games; n++) {
                points = (n * 37 + player * 11) % 101
                sum += points
                if (points > best) best = points
            }
        n = split(ways, way, " ")
        for (i = 1; i <= n; i++)
            printf "%s: %d games, %d points, best %d\n", way[i], 2 * games, sum, best
        print "whichever way, one result"
    }'
}

# What every run must show. Figures may stand on standard error, and nothing else.
holds() {
    assert_output "$(want "$games" "${ways-}")"
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
        run_holds mutex-or-channel -n "$games"
    done
}

@test "with room in the channel the board is the same" {
    games=1000
    for room in 1 100 5000; do
        run_holds mutex-or-channel -n "$games" -r "$room"
        CHAN_SEED=$room run_holds mutex-or-channel -n "$games" -r "$room"
    done
}

@test "plays only the ways that are named" {
    games=7
    for ways in channel mutex atomics 'channel atomics' 'mutex atomics'; do
        # shellcheck disable=SC2086  # one word or two
        run_holds mutex-or-channel -n $games $ways
    done
}

# have_waited WORDS...: how many sends and receives of a value had to wait for their
# partner, in the order of the seed. One that needn't is over in a microsecond
# of virtual time.
have_waited() {
    CHAN_TRACE=$BATS_TEST_TMPDIR/trace play mutex-or-channel "$@" >/dev/null
    grep '"value":' "$BATS_TEST_TMPDIR/trace" | grep -cv '"dur":0.001,' || true
}

@test "without room somebody waits for each game, with room hardly ever; on the spot nobody" {
    knows_seeds
    for CHAN_SEED in first 1 2 3 4 5; do
        export CHAN_SEED
        assert_equal "$(have_waited channel)" 200
        (($(have_waited -r 100 channel) < 10))
        assert_equal "$(have_waited mutex atomics)" 0
    done
}

# code_lines FROM TO: of the program, from the line that begins with FROM to the end
# of the function TO; without empty lines and comments.
code_lines() {
    from=$1 to=$2 awk '
        index($0, ENVIRON["from"]) == 1 { inside = 1 }
        inside && NF && !/^ *(\/\*| \*)/ { n++ }
        index($0, ENVIRON["to"] "(") { last = 1 }
        inside && last && /^}/ { print n; exit }' "$ROOT/patterns/mutex-or-channel/mutex-or-channel.c"
}

@test "the table of the page has the lines that each way takes" {
    assert_equal "$(sed -n 's/^| \([a-z]*\)[^|]*| \([0-9]*\) |.*/\1 \2/p' "$(page mutex-or-channel)" | uniq)" \
        "channel $(code_lines 'static void player_sends' with_channel)
mutex $(code_lines 'struct locked_board' with_mutex)
atomics $(code_lines 'struct atomic_board' with_atomics)"
}

@test "takes the names of ways, and numbers within their limits" {
    takes mutex-or-channel '[-n GAMES] [-r ROOM] [channel|mutex|atomics...]' \
        '-n 0' '-n 50000001' '-r -1' '-r 1000001' 4 'mutex x'
}
