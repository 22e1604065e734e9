#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output, lines and stderr; run_holds calls holds
load ../helper

# What every run must show, in whatever order, with $clients of them.
holds() {
    local printed want
    assert_equal "${#lines[@]}" $((clients + 1))
    printed=$(sed '$d' <<<"$output" | sort)
    want=$({
        seq $((clients - 1)) | sed 's/.*/client &: key & = &00/'
        echo "client $clients: key $clients not found"
    } | sort)
    assert_equal "$printed" "$want"
    assert_line --index "$clients" "$clients of $clients clients got their own reply"
    assert_equal "$stderr" ''
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

@test "each client gets the reply to its own request, also when the key does not exist" {
    clients=4
    repeat run_holds request-reply
}

@test "the same holds with any seed, and no goroutine stays blocked" {
    clients=4
    seeds_hold request-reply
}

@test "serves one client as well as two hundred" {
    for clients in 1 2 3 200; do
        run_holds request-reply "$clients"
    done
}

@test "a later request may be answered earlier" {
    knows_seeds
    # Key 1 takes 20 ms and key 2 takes 10; key 3, whose request is received then,
    # takes 20 more.
    CHAN_SEED=first CHAN_TRACE=trace.json run -0 play request-reply 3
    assert_output - <<'END'
client 2: key 2 = 200
client 1: key 1 = 100
client 3: key 3 not found
3 of 3 clients got their own reply
END
    closed=$(sed -n 's/.*"ts":\([0-9]*\).*"name":"close requests".*/\1/p' trace.json)
    assert_equal "$closed" 30000
}

@test "takes one number, within its limits" {
    takes_number request-reply CLIENTS 1 500 4
}
