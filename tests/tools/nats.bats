#!/usr/bin/env bats
load ../helper
load ../patterns/nats

# What all programs on NATS have in common. Each of them must refuse bad input with one line
# and status 1.

# commands: for each program on NATS a role in which it needs no further argument.
commands() {
    printf '%s\n' 'nats-generator subscribe' 'nats-fan-in merge' 'nats-fan-out share' \
        'nats-pipeline split' 'nats-wait-for-all ask'
}

# all_refuse URL REASON: each program refuses this server for this reason.
all_refuse() {
    local name role
    while read -r name role; do
        refuses "$1" "$2" "$name" "$role"
    done < <(commands)
}

@test "a wrong URL is one line and status 1 of each program" {
    all_refuse nats://127.0.0.1:x 'Invalid Argument'
    all_refuse nats://127.0.0.1:1 'No server available for connection'
}

@test "wrong credentials are one line and status 1 of each program, without the password" {
    with_server --user reader --pass secret
    all_refuse "$NATS_URL" 'Authentication Violation'
    all_refuse "${NATS_URL/127/reader:wrong@127}" 'Authentication Violation'
}

# full_store: a server whose JetStream has room for about ten messages.
full_store() {
    printf 'jetstream: { store_dir: "%s/store", max_file_store: 400 }\n' "$PWD" >full.conf
    with_server -c full.conf
}

@test "a full store of JetStream is one line and status 1, and the job is not lost silently" {
    full_store
    local code=0
    play nats-fan-out share 100 1 --pull >out 2>complaint 3>&- &
    waits grep -q waiting out
    publishes workers.1 0
    wait $! || code=$?
    assert_equal "$code" 1
    assert_equal "$(<complaint)" 'nats-fan-out: jobs: insufficient resources'
}
