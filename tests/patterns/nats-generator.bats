#!/usr/bin/env bats
load ../helper
load nats

# What every run must show. The order of lines of two processes may change.
holds() {
    assert_equal "$(of source)" $'waiting for a subscriber\npublished 1 to 10\npublished 11 to 20'
    assert_equal "$(of early)" $'subscribed\nreceived 20 numbers, missed 0'
    assert_equal "$(of late)" $'subscribed\nmissed 1 to 10\nreceived 10 numbers, missed 10'
    assert_equal "$(wc -l <<<"$output")" 8
}

@test "the early subscriber receives all numbers, the late one knows what it has missed" {
    repeat run_holds nats-generator
}

@test "while the server is down each publish succeeds, and the subscriber counts what is lost" {
    run -0 --separate-stderr play nats-generator outage
    assert_equal "$(of source)" "$(printf '%s\n' 'waiting for a subscriber' 'published 1 to 10' \
        'waiting for an outage' 'published 11 to 20' 'nats-generator: reconnected')"
    [[ $(of early | tail -n 1) =~ ^'received '([0-9]+)' numbers, missed '([0-9]+)$ ]]
    assert_equal "$((BASH_REMATCH[1] + BASH_REMATCH[2]))" 20
    assert_equal "$(of late | tail -n 1)" 'received 0 numbers, missed 20'
}

@test "a server that cannot be reached, or does not admit the client, is one line and status 1" {
    with_server --user reader --pass secret
    refuses nats://127.0.0.1:1 'No server available for connection' nats-generator subscribe
    refuses "$NATS_URL" 'Authentication Violation' nats-generator subscribe
    refuses "${NATS_URL/127/reader:wrong@127}" 'Authentication Violation' nats-generator subscribe
    NATS_URL=${NATS_URL/127/reader:secret@127} run -0 --separate-stderr play nats-generator
    holds
}

@test "a message that is no number ends the subscriber with one line and status 1" {
    with_server
    play nats-generator subscribe >out 2>complaint 3>&- &
    waits grep -q subscribed out
    publishes numbers.next garbage
    local code=0
    wait $! || code=$?

    assert_equal "$(<complaint)" 'nats-generator: numbers.next: the message is not a number'
    assert_equal "$code" 1
}

@test "a message that is too large for the server is one line and status 1" {
    printf 'max_payload: 1\n' >small.conf
    with_server -c small.conf
    run -1 --separate-stderr play nats-generator
    assert_output --partial 'source: nats-generator: numbers.next: Maximum Payload Exceeded'
}

@test "takes a role, and a number for the source" {
    takes nats-generator 'publish [NUMBERS] [--outage] | subscribe' x 'publish 1' 'publish x' 'subscribe x'
}

@test "^C, SIGTERM and SIGHUP leave no process and no folder behind" {
    # Another run of this test at the same time looks for another number.
    local signal status number=$((100000 + BASHPID % 900000))
    export TMPDIR=$PWD/tmp
    mkdir tmp
    printf '%s\n' server "start source publish $number" finish >forever.bash
    for signal in INT TERM HUP; do
        rm -f out # that of the run before must not be taken for this one's
        # A background job of a script would ignore SIGINT, and end by its time limit.
        COOKBOOK_LIMIT=60 env --default-signal=INT "$ROOT/scripts/lib/nats-play" \
            "$BUILD/nats-generator" ./forever.bash >out 2>&1 3>&- &
        waits grep -q 'waiting' out
        living "$number"
        living "$TMPDIR"
        kill -s $signal $!
        status=0
        wait $! || status=$?
        assert_equal "$status" $((128 + $(kill -l $signal)))
        gone "$number"
        gone "$TMPDIR"
        assert_equal "$(ls tmp)" ''
    done
}
