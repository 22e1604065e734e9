#!/usr/bin/env bats
load ../helper
load nats

# What every run must show. The order of lines of two processes may change.
holds() {
    assert_equal "$(of 'service 1')" $'ready\nanswered: 168 primes'
    assert_equal "$(of 'service 2')" $'ready\nanswered: 135 primes'
    assert_equal "$(of 'service 3')" $'ready\nanswered: 127 primes'
    assert_equal "$(of client)" '3 of 3 answers, 430 primes'
    assert_equal "$(wc -l <<<"$output")" 7
}

@test "adds up the answers of all services" {
    repeat run_holds nats-wait-for-all
}

@test "the client does not wait for the deadline when all have answered" {
    # The deadline would come after the limit of a test.
    printf '%s\n' server 'start "service 1" serve 1' 'await "service 1" ready' \
        'start client ask 1 -t 60000' 'ended client' 'start last stop' finish >one.bash
    run -0 --separate-stderr play nats-wait-for-all ./one.bash
    assert_equal "$(of client)" '1 of 1 answers, 168 primes'
}

@test "a stopped service and a killed one are reported in the same words" {
    local late=$'2 of 3 answers, 303 primes\nservice 3 is late'
    run -0 --separate-stderr play nats-wait-for-all kill
    assert_equal "$(of client)" "$late"
    assert_equal "$(of 'service 3')" ready
    run -0 --separate-stderr play nats-wait-for-all stop
    assert_equal "$(of client)" "$late"
    # The stopped service has answered both questions when it continued.
    assert_equal "$(of 'service 3')" $'ready\nanswered: 127 primes\nanswered: 127 primes'
    assert_equal "$(of 'client 2')" '3 of 3 answers, 430 primes'
}

@test "a service that was never started is late, too" {
    run -0 --separate-stderr play nats-wait-for-all absent
    assert_equal "$(of client)" $'3 of 4 answers, 430 primes\nservice 4 is late'
}

@test "without any service the client waits until the deadline, and not longer" {
    with_server
    local before
    before=$(now_us)
    run -0 --separate-stderr play nats-wait-for-all ask 2 -t 300
    (($(now_us) - before >= 300000))
    assert_output "$(printf '%s\n' '0 of 2 answers, 0 primes' 'service 1 is late' 'service 2 is late')"
}

# hears WORD: reads lines from the server until one begins with WORD. It is $line.
hears() {
    until read -r -t "$LIMIT" -u "$service" line && [[ $line == "$1"* ]]; do
        [[ $line ]] || fail "the server does not send $1"
    done
}

# answered [ID TEXT]...: the test itself is a service and answers the question of a client with
# these messages. The client ends with status 1. $complaint is what it prints.
answered() {
    local code=0 service line inbox
    exec {service}<>"/dev/tcp/127.0.0.1/${NATS_URL##*:}"
    printf 'CONNECT {}\r\nSUB services.question 1\r\nPING\r\n' >&"$service"
    hears PONG
    play nats-wait-for-all ask 3 >out 2>complaint 3>&- &
    hears MSG
    read -r _ _ _ inbox _ <<<"$line"
    while (($#)); do
        printf 'PUB %s.%s %d\r\n%s\r\n' "$inbox" "$1" ${#2} "$2" >&"$service"
        shift 2
    done
    wait $! || code=$?
    exec {service}>&-
    assert_equal "$code" 1
    assert_equal "$(<out)" ''
    complaint=$(<complaint)
}

@test "a wrong answer ends the client with one line and status 1" {
    with_server
    answered 1 168 2 garbage
    [[ $complaint =~ ^'nats-wait-for-all: _INBOX.'[^.]+'.2: the message is not a number'$ ]]
    answered 4 1
    assert_equal "$complaint" 'nats-wait-for-all: answer: there is no such service'
    answered x 1
    assert_equal "$complaint" 'nats-wait-for-all: answer: there is no such service'
    answered 1 168 1 168
    assert_equal "$complaint" 'nats-wait-for-all: answer: two services have the same number'
}

# ended_by TEXT: this question ends a service with status 1. $complaint is what it prints.
ended_by() {
    local code=0
    rm -f out # the output of the one before must not be taken for this one's
    play nats-wait-for-all serve 1 >out 2>complaint 3>&- &
    waits grep -q ready out
    publishes services.question "$1"
    wait $! || code=$?
    assert_equal "$code" 1
    complaint=$(<complaint)
}

@test "a wrong question ends the service with one line and status 1" {
    with_server
    ended_by garbage
    assert_equal "$complaint" 'nats-wait-for-all: services.question: the message is not a number'
    ended_by 1000
    assert_equal "$complaint" 'nats-wait-for-all: services.question: the question has no inbox, or a wrong number'
}

@test "takes a role, and numbers" {
    takes nats-wait-for-all 'ask [SERVICES] [-t MILLISECONDS] | serve [SERVICE] | stop' \
        x 'ask 0' 'ask 65' 'ask 3 -t 0' 'serve x'
}
