# What the tests of the programs on NATS share. Each test has an empty folder of its own.
# shellcheck shell=bash

setup() {
    need_nats
    PATH=$PATH:/usr/sbin # where Debian has the server
    need nats-server
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [[ ! ${server-} ]] || {
        kill -INT "$server"
        wait "$server"
    }
}

# of NAME: the lines that this process has printed.
of() {
    grep "^$1: " <<<"$output" | sed 's/^[^:]*: //'
}

# with_server [OPTION...]: starts a server with these options, and exports its NATS_URL. The
# server chooses a free port and writes it into a file.
with_server() {
    nats-server -a 127.0.0.1 -p -1 --ports_file_dir "$PWD" "$@" 3>&- >log 2>err &
    server=$!
    waits grep -q '}$' nats-server_$server.ports
    NATS_URL=$(sed 's/.*\(nats:[^"]*\).*/\1/' nats-server_$server.ports)
    export NATS_URL
}

# publishes SUBJECT TEXT: publishes one message at the server of with_server, without the library.
publishes() {
    printf 'CONNECT {}\r\nPUB %s %d\r\n%s\r\nPING\r\n' "$1" ${#2} "$2" |
        nc -q 1 127.0.0.1 "${NATS_URL##*:}" >/dev/null
}

# refuses URL REASON NAME ARG...: with this NATS_URL the program prints one line and exits with
# status 1.
refuses() {
    local url=$1 reason=$2
    shift 2
    NATS_URL=$url run -1 --separate-stderr play "$@"
    assert_output ''
    assert_equal "$stderr" "$1: ${url##*@}: $reason"
}
