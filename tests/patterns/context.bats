#!/usr/bin/env bats
load ../helper

# What every run must show: the child ends, with its reason, while the parent
# goes on; then all end with the reason of the root, in whatever order.
holds() {
    assert_equal "$(head -n 3 <<<"$output")" "north: ended (deadline)
query: goes on
client: leaves"
    assert_equal "$(sed -n 4,5p <<<"$output" | sort)" $'query: ended (client left)\nsouth: ended (client left)'
    assert_equal "$(sed 1,5d <<<"$output")" $'request: ended (client left)\n3 of 3 tasks have ended'
    assert_equal "$stderr" ''
}

# The query's time is up before that of north: all below it end, and the request
# does not.
outlived_by_none() {
    assert_equal "$(grep -c '(deadline)' <<<"$output")" 3
    assert_equal "$(sed -n '/leaves/,$p' <<<"$output" | grep -v 'deadline')" "client: leaves
request: ended (client left)
3 of 3 tasks have ended"
    refute_output --partial 'goes on'
    assert_equal "$stderr" ''
}

@test "a child's end is its own, the root's end is everybody's, and so is its reason" {
    repeat run_holds context
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    seeds_hold context
    SEEDS=20 seeds_hold context 0
    SEEDS=20 seeds_hold context 1000
}

@test "a child does not outlive its parent's deadline, and the parent's parent does" {
    holds() { outlived_by_none; }
    repeat run_holds context 1000 20
    SEEDS=20 seeds_hold context 1000 200
    SEEDS=20 seeds_hold context 1000 0
}

# closes: who closed its `done`, in this order: the contexts are request (2),
# query (3), north (5) and south (7).
closes() {
    grep '"name":"close ctx->done"' trace.json |
        awk -F '[:,]' '{ print $8, $6 }' | sort -n | cut -d ' ' -f 2 | xargs
}

@test "in virtual time the deadlines are kept, and nothing goes up" {
    knows_seeds
    local seed
    cd "$BATS_TEST_TMPDIR"
    for seed in first 1 2 3 4 5; do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 --separate-stderr play context 47
        holds
        assert_equal "$(grep '"name":"close ctx->done"' trace.json | grep -c '"tid":5,"ts":470')" 1
        assert_regex "$(closes)" '^5 2 3 7$'
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 --separate-stderr play context 1000 200
        outlived_by_none
        assert_equal "$(grep '"name":"close ctx->done"' trace.json | grep -c '"ts":200')" 4
        assert_regex "$(closes)" '^3 (5 7 2|7 5 2|5 2 7)$'
    done
}

@test "when main has cancelled a context, it is done" {
    many_seeds
    local seed
    cd "$BATS_TEST_TMPDIR"
    for ((seed = 1; seed <= 20; seed++)); do
        CHAN_TRACE=trace.json CHAN_SEED=$seed run -0 play context
        # What main does after it has sent its reason.
        run -0 sed -n '/"tid":1,.*send on ctx->cancel/,$ { /"ph":"X","pid":1,"tid":1,/p }' trace.json
        assert_line --index 1 --regexp 'receive on ctx->done.*"channel":2,"closed":true'
    done
}

@test "no deadline comes early" {
    local began
    began=$(now_us)
    run_holds context 200
    (($(now_us) - began >= 200 * 1000))
}

@test "each number keeps to its limits" {
    takes context '[NORTH_MS [QUERY_MS]]    (0 to 1000: 30, no limit)' -1 1001 '3 -1' '3 1001' '3 3 3'
}
