#!/usr/bin/env bats
load ../helper

# What every run must show: one shard stops by its deadline, while the query runs.
# Then everything below the request stops, with the reason of the request.
holds() {
    assert_output "$(transcript context)"
    assert_equal "$stderr" ''
}

# The deadline of the query passes before that of the shard: everything below the
# query stops by it, and the request does not.
stopped_by_the_query() {
    assert_equal "$(grep deadline <<<"$output" | sort)" 'query: stopped (deadline)
shard 1: stopped (deadline)
shard 2: stopped (deadline)'
    assert_equal "$(grep -v deadline <<<"$output")" 'client: leaves
request: stopped (client left)'
    assert_equal "$(tail -n 1 <<<"$output")" 'request: stopped (client left)'
    assert_equal "$stderr" ''
}

@test "a deadline stops one shard, a cancelled request stops everything below it" {
    repeat run_holds context
}

@test "the same holds with every seed, and no goroutine or channel is left" {
    seeds_hold context
    SEEDS=20 seeds_hold context 0
    SEEDS=20 seeds_hold context 499
}

@test "a shard does not outlive the deadline of its query, and the request does" {
    holds() { stopped_by_the_query; }
    repeat run_holds context 1000 20
    SEEDS=20 seeds_hold context 1000 200
    SEEDS=20 seeds_hold context 1000 0
}

@test "a shard that is complete before its deadline has a result" {
    holds() {
        assert_output "$(transcript context | sed 's/^shard 1: .*/shard 1: complete/')"
        assert_equal "$stderr" ''
    }
    SEEDS=20 seeds_hold context 1000
}

# closes: the goroutines that closed their `done`, in this order. The contexts are
# request (2), query (3), shard 1 (5) and shard 2 (7).
closes() {
    grep '"name":"close ctx->done"' trace.json |
        awk -F '[:,]' '{ print $8, $6 }' | sort -n | cut -d ' ' -f 2 | xargs
}

@test "in virtual time the deadlines are kept, and nothing goes from child to parent" {
    knows_seeds
    local seed
    cd "$BATS_TEST_TMPDIR"
    for seed in first 1 2 3 4 5; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 --separate-stderr play context 47
        holds
        assert_equal "$(grep '"name":"close ctx->done"' trace.json | grep -c '"tid":5,"ts":470')" 1
        assert_regex "$(closes)" '^5 2 3 7$'
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 --separate-stderr play context 1000 200
        stopped_by_the_query
        assert_equal "$(grep '"name":"close ctx->done"' trace.json | grep -c '"ts":200')" 4
        assert_regex "$(closes)" '^3 (5 7 2|7 5 2|5 2 7|7 2 5)$'
    done
}

@test "when main has cancelled a context, it has ended" {
    many_seeds
    local seed
    cd "$BATS_TEST_TMPDIR"
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play context
        # What main does after it has sent its reason. Channel 3 is the done of the request.
        run -0 sed -n '/"tid":1,.*send on ctx->cancel/,$ { /"ph":"X","pid":1,"tid":1,/p }' trace.json
        assert_line --index 1 --regexp 'receive on ctx->done.*"channel":3,"closed":true'
    done
}

@test "no deadline comes early" {
    local began
    began=$(now_us)
    run_holds context 200
    (($(now_us) - began >= 200 * 1000))
}

@test "each number keeps to its limits" {
    takes context '[SHARD_MS [QUERY_MS]]    (0 to 1000: 30, no limit)' -1 1001 '3 -1' '3 1001' '3 3 3'
}
