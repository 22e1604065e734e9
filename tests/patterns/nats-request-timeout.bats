#!/usr/bin/env bats
load ../helper
load nats

# The lines of each process. The order of lines of two processes may change.
holds() {
    assert_equal "$(of 'client 1')" 'request 1: no service is there'
    assert_equal "$(of 'client 2')" 'request 2: the balance is 100'
    assert_equal "$(of 'client 3')" "$(printf 'request 3: %s\n' \
        'no answer within 200 ms' 'I repeat it' 'the balance is 200')"
    assert_equal "$(of service)" "$(printf '%s\n' ready 'request 2: 100 added' \
        'request 3: 100 added' 'request 3: it is done already' \
        '2 deposits done, 1 repeated, the balance is 200')"
}

@test "an answer, no service, and an answer that is too late: each deposit is done once" {
    repeat run_holds nats-request-timeout
}

@test "the client does not wait for its timeout if no service is there" {
    with_server
    run -0 --separate-stderr play nats-request-timeout deposit 1 100 -t 60000
    assert_output 'request 1: no service is there'
}

@test "a stream that stores the requests answers them itself, and the client says that it is no balance" {
    run -1 --separate-stderr play nats-request-timeout stream
    assert_output 'client: nats-request-timeout: deposits.1: the message is not a number'
}

# serves: starts a service, which prints into the file out, and waits until it is ready.
serves() {
    rm -f out # the output of the one before must not be taken for this one's
    play nats-request-timeout serve >out 2>complaint 3>&- &
    service=$!
    waits grep -q ready out
}

@test "a second request with the same id gets the first answer" {
    with_server
    serves
    for _ in 1 2 3; do
        run -0 play nats-request-timeout deposit 7 5
        assert_output 'request 7: the balance is 5'
    done
    run -0 play nats-request-timeout deposit 8 5
    assert_output 'request 8: the balance is 10'
    run -0 play nats-request-timeout stop
    wait "$service"
    assert_equal "$(tail -n 1 out)" '2 deposits done, 2 repeated, the balance is 10'
}

# ended_by SUBJECT TEXT COMPLAINT: this message ends the service with status 1 and this line.
ended_by() {
    local code=0
    serves
    publishes "$1" "$2"
    wait "$service" || code=$?
    assert_equal "$code" 1
    assert_equal "$(<complaint)" "nats-request-timeout: $1: $3"
}

@test "a wrong request is one line and status 1" {
    with_server
    ended_by deposits.1 garbage 'the message is not a number'
    ended_by deposits.0 1 'there is no such id'
    ended_by deposits.1001 1 'there is no such id'
    ended_by deposits.1x 1 'there is no such id'
    ended_by deposits.1 0 'there is no such amount'
    ended_by deposits.1 1001 'there is no such amount'
    ended_by deposits.1 1 'it has no reply subject'
}

@test "takes a role, and numbers" {
    takes nats-request-timeout 'deposit ID AMOUNT [-t MS] | serve | stop | capture' \
        x deposit 'deposit 1' 'deposit 0 1' 'deposit 1001 1' 'deposit 1 0' 'deposit 1 1001' \
        'deposit 1 1 -t 0' 'serve 1' 'stop 1 1'
}
