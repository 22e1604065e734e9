#!/usr/bin/env bats
load ../helper
load nats

# What every run must show. The order of lines of two processes may change.
holds() {
    local id
    for id in 1 2 3; do
        assert_equal "$(of "source $id")" 'sent 4 records'
    done
    assert_equal "$(of merge)" $'ready\n12 sent, 12 received, 0 dropped'
    assert_equal "$(wc -l <<<"$output")" 5
}

@test "merges the records of all sources, and each source in order" {
    repeat run_holds nats-fan-in
}

@test "a full buffer drops records, the receiver counts them, and reads those that wait" {
    run -0 --separate-stderr play nats-fan-in slow
    assert_equal "$(of merge)" "$(printf '%s\n' ready \
        'nats-fan-in: too slow: 2900 messages dropped so far' '3000 sent, 100 received, 2900 dropped')"
    assert_equal "$(wc -l <<<"$output")" 6
}

# ended_by SUBJECT TEXT: this message ends merge with status 1. $complaint is what it prints.
ended_by() {
    local code=0
    rm -f out # the output of the one before must not be taken for this one's
    play nats-fan-in merge 3 >out 2>complaint 3>&- &
    waits grep -q ready out
    publishes "$@"
    wait $! || code=$?
    assert_equal "$code" 1
    complaint=$(<complaint)
}

@test "garbage, an unknown source and a wrong order are one line and status 1" {
    with_server
    ended_by records.1 garbage
    assert_equal "$complaint" 'nats-fan-in: records.1: the message is not a number'
    ended_by records.4 1
    assert_equal "$complaint" 'nats-fan-in: records.4: there is no such source'
    ended_by ends.x 1
    assert_equal "$complaint" 'nats-fan-in: ends.x: there is no such source'
    ended_by records.1 0
    assert_equal "$complaint" 'nats-fan-in: records.1: the order is wrong'
}

@test "takes a role, and numbers" {
    takes nats-fan-in 'merge [SOURCES] [-c CAPACITY] | send [SOURCE] [RECORDS]' \
        x 'merge 0' 'merge 65' 'merge 1 -c 0' 'send 1 -1' 'send 0 1'
}
