#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2317  # run sets output and stderr; run_holds calls holds
load ../helper

# What every run with $clients clients must show, if they send $sent lines.
holds() {
    assert_output "$clients clients, $sent of $sent lines came back"
    assert_equal "$(grep -v -e '^~ ' -e '^==' <<<"$stderr")" ''
}

@test "each line of 200 clients comes back" {
    clients=200 sent=600
    repeat run_holds goroutine-per-connection
    assert_output "$(transcript goroutine-per-connection)"
}

@test "in the order of any seed the same holds, and nothing is left behind" {
    clients=7 sent=18
    seeds_hold goroutine-per-connection -i 3 4
}

@test "one client sends many lines, and no client at all is a run too" {
    clients=1 sent=2001
    run_holds goroutine-per-connection -l 2000 1
    clients=0 sent=0
    run_holds goroutine-per-connection 0
}

@test "thousands of connections are idle, and each line comes back" {
    [[ $BUILD == */fibers ]] || skip 'the system may have no threads for so many goroutines'
    [[ ! ${COOKBOOK_WRAP-} ]] || skip 'valgrind is too slow for so many'
    local idle=10000 most
    # Both ends of a connection are descriptors of the program, and 64 are left for other files.
    most=$((($(ulimit -Hn) - 64) / 2 - 50))
    if ((most < idle)); then
        echo "# ulimit -Hn allows only $most idle connections" >&3
        idle=$most
    fi
    clients=$((idle + 50)) sent=$((2 * idle + 150))
    run_holds goroutine-per-connection -i "$idle" 50
}

@test "if the system allows too few descriptors, the program reports it" {
    [[ ! ${COOKBOOK_WRAP-} ]] || skip 'valgrind has files of its own'
    # Root may be allowed to raise the limit. Then the program raises it.
    run --separate-stderr timeout -k 2 "$LIMIT" bash -c 'ulimit -n 100 && exec "$@"' - \
        "$BUILD/goroutine-per-connection" 200
    [[ $status -eq 0 && $EUID -eq 0 ]] || {
        assert_equal "$status" 1
        assert_output ''
        assert_equal "$stderr" \
            'goroutine-per-connection: too many descriptors: Operation not permitted'
    }
}

@test "takes a number of clients, -i and -l" {
    takes goroutine-per-connection '[-i IDLE] [-l LINES] [ACTIVE]   (-i 0 -l 2 200)' \
        -1 100001 x '1 2' '-i x' '-l 0'
}
