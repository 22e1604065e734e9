#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets stderr; run_holds calls holds
load ../helper

# Prints what is wrong with a run. By its lines the sender is at most CAPACITY + 1 values
# ahead, and at most CAPACITY before the receiver is ready. A send or a receive can be
# over for a moment before its line is printed: hence the + 1, and hence the receiver can
# seem to be one value ahead.
checked() { # CAPACITY
    awk -v capacity="$1" '
        function wrong(why) { print "line " NR ": " why ": " $0 }
        /^sender: sent / { if ($3 != ++sent) wrong("not " sent) }
        /^receiver: received / { if ($3 != ++received || !ready) wrong("not " received) }
        $0 == "receiver: ready" { ready++; early = sent + 0 }
        sent - received > capacity + 1 { wrong("the sender is " sent - received " ahead") }
        received - sent > 1 { wrong("the receiver is ahead") }
        END {
            if (ready != 1 || sent != capacity + 2 || received != sent || NR != 2 * sent + 2)
                wrong("lines are missing or too many")
            if (early > capacity) wrong(early " sent before the receiver is ready")
            if ($0 != "no receiver: " capacity " sent, len " capacity ", cap " capacity)
                wrong("not as much as the buffer holds")
        }'
}

ahead() { # CAPACITY
    assert_equal "$(checked "$1" <<<"$output")" ''
}

@test "the sender runs ahead by the capacity, and all values are received in order" {
    holds() { ahead 2; }
    repeat run_holds buffering
}

# In virtual time the sender has sent all it can when the receiver wakes up.
@test "under every seed exactly the capacity is sent before the receiver is ready" {
    local capacity
    for capacity in 0 2; do
        holds() {
            ahead "$capacity"
            assert_line --index "$capacity" 'receiver: ready'
        }
        CHAN_SLEEPS=exact seeds_hold buffering "$capacity"
    done
}

@test "the same with capacity 0, 1 and 1000" {
    local capacity
    for capacity in 0 1 1000; do
        holds() { ahead "$capacity"; }
        repeat run_holds buffering "$capacity"
    done
}

@test "ends when its output is not read" {
    local ends
    { sleep 0.2 && play buffering; } | true # closed before the first line
    ends=${PIPESTATUS[0]}
    assert [ "$ends" -eq 0 -o "$ends" -eq 141 ]
}

@test "takes one number, within its limits" {
    takes_number buffering CAPACITY 0 1000 2
}
