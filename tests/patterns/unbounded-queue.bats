#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run of $messages messages must show.
holds() {
    assert_output "server: $messages messages sent, none written yet
writer:$(seq -f ' %.0f' "$messages" | tr -d '\n')
$messages messages, all written in order"
    assert_equal "$stderr" ''
}

@test "all sends return before the writer begins, and then all messages are written in order" {
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

@test "no message goes to the writer before the queue has received the last one" {
    many_seeds
    local seed
    for seed in {1..20}; do
        CHAN_SEED=$seed CHAN_TRACE=$BATS_TEST_TMPDIR/trace.json play unbounded-queue 5 >"$BATS_TEST_TMPDIR/out"
        assert_equal "$(sent in | wc -l) $(sent out | wc -l)" '5 5'
        assert_equal "$({ sent in && sent out; } | LC_ALL=C sort -n)" \
            "$(sent in && sent out)"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 45 unbounded-queue 50000
    assert_equal "$output$stderr" 'server: 50000 messages sent, none written yet'
}

@test "takes one number, within its limits" {
    takes_number unbounded-queue MESSAGES 0 1000000 8
}
