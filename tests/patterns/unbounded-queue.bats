#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $messages messages must show.
holds() {
    assert_output "caller: $messages left, and nobody has heard one yet
owner:$(seq -f ' %.0f' "$messages" | tr -d '\n')
$messages messages, all heard, in order"
    assert_equal "$stderr" ''
}

@test "all sends return before anybody listens, and then all is heard, in order" {
    messages=8
    repeat run_holds unbounded-queue
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    messages=8
    seeds_hold unbounded-queue
}

@test "takes none, one, and a hundred thousand" {
    for messages in 0 1 2 100000; do
        repeat run_holds unbounded-queue "$messages"
    done
}

# sent CHANNEL: at which times of the trace its values were sent, in order. The trace
# names a channel by the line that makes it.
sent() {
    local line
    line=$(grep -n "chan(int) $1 = chan_make" "$ROOT/patterns/unbounded-queue/unbounded-queue.c")
    sed -n "s/^{\"ph\":\"s\".*\"ts\":\([0-9.]*\),.*\"cat\":\"value\",\"name\":\"[^\"]*:${line%%:*})\".*/\1/p" \
        "$BATS_TEST_TMPDIR/trace.json" | LC_ALL=C sort -n
}

@test "no message is on its way to the owner before the last call is taken" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed CHAN_TRACE=$BATS_TEST_TMPDIR/trace.json play unbounded-queue 5 >"$BATS_TEST_TMPDIR/out"
        assert_equal "$(sent calls | wc -l) $(sent played | wc -l)" '5 5'
        assert_equal "$({ sent calls && sent played; } | LC_ALL=C sort -n)" \
            "$(sent calls && sent played)"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 49 unbounded-queue 50000
    assert_equal "$output$stderr" 'caller: 50000 left, and nobody has heard one yet'
}

@test "takes one number, within its limits" {
    takes_number unbounded-queue MESSAGES 0 1000000 8
}
