#!/usr/bin/env bats
load ../helper
load nats

# did ID: how many jobs this worker has done.
did() {
    of source | sed -n "s/^worker $1 has done //p"
}

# total: the last line of the source.
total() {
    of source | tail -n 1
}

# The shares are random. A share of less than 10 or more than 60 comes once in a million runs.
holds() {
    local id
    assert_equal "$(of 'worker 1')" 'job 1 is long'
    assert_equal "$(total)" '100 jobs: 100 done, 0 lost, 0 repeated'
    for id in 1 2 3; do
        (($(did "$id") >= 10 && $(did "$id") <= 60))
    done
    assert_equal "$(($(did 1) + $(did 2) + $(did 3)))" 100
}

@test "the members of a queue group share the jobs, and the busy member gets its share" {
    repeat run_holds nats-fan-out
}

@test "of a stream the busy worker gets one job, and the others do the rest" {
    holds() {
        assert_equal "$(total)" '100 jobs: 100 done, 0 lost, 0 repeated'
        assert_equal "$(did 1)" 1
        assert_equal "$(($(did 2) + $(did 3)))" 99
    }
    repeat run_holds nats-fan-out pull
}

@test "a killed member of a queue group loses the jobs that it holds" {
    run -0 --separate-stderr play nats-fan-out kill
    [[ $(total) =~ ^'100 jobs: '([0-9]+)' done, '([0-9]+)' lost, 0 repeated'$ ]]
    local done=${BASH_REMATCH[1]} lost=${BASH_REMATCH[2]}
    assert_equal $((done + lost)) 100
    ((lost >= 10 && lost <= 60))
    assert_equal "$(did 1)" 0
    assert_equal "$(($(did 2) + $(did 3)))" "$done"
}

@test "a killed worker of a stream loses nothing" {
    run -0 --separate-stderr play nats-fan-out pull-kill
    assert_equal "$(total)" '100 jobs: 100 done, 0 lost, 0 repeated'
    assert_equal "$(did 1)" 0
    assert_equal "$(grep -c 'job 1 is long' <<<"$output")" 2
}

@test "a worker of a stream that is stopped for too long repeats its job" {
    run -0 --separate-stderr play nats-fan-out pull-stop
    assert_equal "$(total)" '100 jobs: 100 done, 0 lost, 1 repeated'
    assert_equal "$(did 1)" 1
    assert_equal "$(($(did 2) + $(did 3)))" 100
}

# ended_by SUBJECT TEXT ARG...: this message ends the program, run with ARG..., with status 1
# when it has printed "ready". $complaint is what it prints.
ended_by() {
    local code=0 subject=$1 text=$2
    shift 2
    play nats-fan-out "$@" >out 2>complaint 3>&- &
    waits published "$subject" "$text" $!
    wait $! || code=$?
    assert_equal "$code" 1
    complaint=$(<complaint)
}

# published SUBJECT TEXT PID: publishes until the process has ended. It may subscribe late.
published() {
    publishes "$1" "$2"
    ! kill -0 "$3" 2>/dev/null
}

@test "garbage is one line and status 1" {
    with_server
    ended_by workers.1 garbage share
    assert_equal "$complaint" 'nats-fan-out: workers.1: the message is not a number'
    ended_by workers.9 0 share 10 3
    assert_equal "$complaint" 'nats-fan-out: workers.9: there is no such worker or job'
    ended_by workers.1 11 share 10 3
    assert_equal "$complaint" 'nats-fan-out: workers.1: there is no such worker or job'
    ended_by jobs garbage work 1
    assert_equal "$complaint" 'nats-fan-out: jobs: the message is not a number'
    ended_by commands garbage work 1
    assert_equal "$complaint" 'nats-fan-out: commands: the message is not a number'
}

@test "a server without JetStream is one line and status 1" {
    with_server
    run -1 --separate-stderr play nats-fan-out share 10 --pull
    assert_output ''
    assert_equal "$stderr" 'nats-fan-out: JetStream: No responders available for request'
    run -1 --separate-stderr play nats-fan-out work 1 --pull
    assert_output ''
    assert_equal "$stderr" 'nats-fan-out: jobs: No responders available for request'
}

@test "takes a role, and numbers" {
    takes nats-fan-out 'share [JOBS] [WORKERS] | work [WORKER]   [--pull]' \
        x 'share 0' 'share 1 0' 'share 1 65' 'work 65' 'work x' 'share --push'
}
