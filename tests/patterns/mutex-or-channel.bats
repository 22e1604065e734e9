#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# want REQUESTS [WAYS]: the statistics, as awk adds them up: two workers, each with that
# many requests of (n * 37 + worker * 11) mod 101 bytes.
want() {
    awk -v requests="$1" -v ways="${2:-channel mutex atomics}" 'BEGIN {
        for (worker = 0; worker < 2; worker++)
            for (n = 0; n < requests; n++) {
                bytes = (n * 37 + worker * 11) % 101
                sum += bytes
                if (bytes > largest) largest = bytes
            }
        n = split(ways, way, " ")
        for (i = 1; i <= n; i++)
            printf "%s: %d requests, %d bytes, largest %d\n", way[i], 2 * requests, sum, largest
        print "the same result each way"
    }'
}

# What every run must show. Standard error may have figures, and nothing else.
holds() {
    assert_output "$(want "$requests" "${ways-}")"
    refute grep -v '^~ .* ns a request$' <<<"${stderr:-~ no ns a request}"
}

@test "the statistics are what awk adds up, each way" {
    requests=100
    repeat run_holds mutex-or-channel
}

@test "in the order of any seed the same holds, and the collector returns" {
    requests=100
    seeds_hold mutex-or-channel
}

@test "counts two requests as well as twenty thousand" {
    for requests in 1 10000; do
        run_holds mutex-or-channel -n "$requests"
    done
}

@test "with any capacity of the channel the statistics are the same" {
    requests=1000
    for capacity in 1 100 5000; do
        run_holds mutex-or-channel -n "$requests" -c "$capacity"
        CHAN_SEED=$capacity run_holds mutex-or-channel -n "$requests" -c "$capacity"
    done
}

@test "runs only the ways that are named" {
    requests=7
    for ways in channel mutex atomics 'channel atomics' 'mutex atomics'; do
        # shellcheck disable=SC2086  # one word or two
        run_holds mutex-or-channel -n $requests $ways
    done
}

# have_waited WORDS...: how many sends and receives of a value had to wait for their
# partner, in the order of the seed. One that does not wait takes a microsecond of
# virtual time.
have_waited() {
    CHAN_TRACE=$BATS_TEST_TMPDIR/trace play mutex-or-channel "$@" >/dev/null
    grep '"value":' "$BATS_TEST_TMPDIR/trace" | grep -cv '"dur":0.001,' || true
}

@test "with capacity 0 a goroutine waits for each request, with capacity 100 rarely, with a mutex never" {
    knows_seeds
    # Odd seeds choose uniformly. A stubborn one may hold back either end of the channel.
    for CHAN_SEED in first 1 3 5 7 11; do
        export CHAN_SEED
        assert_equal "$(have_waited channel)" 200
        (($(have_waited -c 100 channel) < 10))
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
        "channel $(code_lines 'static void worker_sends' with_channel)
mutex $(code_lines 'struct locked_stats' with_mutex)
atomics $(code_lines 'struct atomic_stats' with_atomics)"
}

@test "takes the names of ways, and numbers within their limits" {
    takes mutex-or-channel '[-n REQUESTS] [-c CAPACITY] [channel|mutex|atomics...]    (100, 0)' \
        '-n 0' '-n 50000001' '-c -1' '-c 1000001' 4 'mutex x'
}
