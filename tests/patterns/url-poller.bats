#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154,SC2317  # a test is a subshell; run sets output and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir site
    echo hello >site/page
    job='' servers=()
    unhurried=(-t 8000) # the server is a process, and on a busy machine it answers late
}

teardown() {
    [ -z "$job" ] || kill -KILL "$pid" "$job" 2>/dev/null || true
    [ ${#servers[@]} -eq 0 ] || kill -KILL "${servers[@]}" 2>/dev/null || true
}

# listens: the program of $job listens on $port, and no other process does.
listens() {
    program_of "$job" || return
    ports_of "$pid" | grep -qx "$(printf %04X "$port")"
}

# starts PORT COMMAND...: starts a server. PORT at the end of a word is replaced by the port.
# timeout ends the server even if teardown does not run or the server is stopped. Sets
# $server and $port. False if the port is taken.
starts() {
    local job pid
    port=$1
    shift
    timeout --foreground -k 1 $((3 * LIMIT)) "${@/%PORT/$port}" <&0 >/dev/null 2>&1 3>&- &
    job=$!
    disown "$job"
    until listens; do
        kill -0 "$job" 2>/dev/null || return # timeout ends the job at the latest
        sleep 0.01
    done
    server=$pid servers+=("$pid")
}

# somewhere COMMAND...: starts it on a free port from 20000 to 29999. The system gives these
# ports to no program that asks for any free port.
somewhere() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        ! starts $((20000 + RANDOM % 10000)) "$@" || return 0
    done
    fail 'no server can be started'
}

# serves: starts a web server on a free port. Sets $server and $port.
serves() {
    need busybox
    somewhere busybox httpd -f -h site -p 127.0.0.1:PORT
}

# answers TEXT: starts a server on a free port that sends TEXT to its first client. Then it
# sends nothing more and keeps the connection open, because its input never ends. Sets
# $server and $port.
answers() {
    need nc
    rm -f says
    mkfifo says
    somewhere nc -l 127.0.0.1 PORT <>says
    printf %b "$1" 1<>says
}

# polls WORDS...: starts url-poller in the background, with its output in the file out. Sets
# $pid and $job. It returns when the program blocks SIGINT.
polls() {
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
        LIMIT=$((2 * LIMIT)) play url-poller "$@" >out 2>err 3>&- &
    job=$!
    waits blocks_signals
}

# The second thread exists: a goroutine starts with the signals blocked. Before that,
# valgrind may block them for a moment.
blocks_signals() {
    program_of "$job" && grep -q '^SigBlk:.*[2367abef]$' "/proc/$pid/status" &&
        [ -e "$(echo "/proc/$pid/task"/* | cut -s -d ' ' -f 2)" ]
}

# stops N: ends the program by ^C. All N targets return.
stops() {
    kill -INT "$pid"
    status=0
    wait "$job" || status=$?
    job=
    cat out err
    assert_equal "$status" 0
    assert_equal "$(tail -n 1 out)" "^C: $1 targets, all returned"
    assert_equal "$(grep -Ecx '.*: stopped (in a poll|after a poll|in its interval|in the queue)' out)" "$1"
}

holds() {
    assert_output "$(transcript url-poller)"
    assert_equal "$stderr" ''
}

@test "^C finds one target in a poll, one in its interval, one in the queue; all return" {
    repeat run_holds url-poller
}

@test "any number of pollers: a page, a missing page, a port without a server" {
    serves
    there=$port
    for n in 1 2 3 40; do
        run -0 play url-poller -n 3 -j "$n" -i 10 "${unhurried[@]}" "http://127.0.0.1:$there/page" \
            "http://127.0.0.1:$there/none" http://127.0.0.1:1
        assert_line "http://127.0.0.1:$there/page: 200 OK"
        assert_line "http://127.0.0.1:$there/none: 404 Not Found"
        assert_line "http://127.0.0.1:1: Connection refused"
        assert_line --index 3 '3 targets, 9 polls, all returned'
        assert_equal ${#lines[@]} 4
    done
}

@test "reports a server that goes down, and again when it is up" {
    serves
    steady=$port
    serves
    polls -i 20 "${unhurried[@]}" "http://127.0.0.1:$steady/page" "http://127.0.0.1:$port/page"
    waits grep -qx "http://127.0.0.1:$port/page: 200 OK" out
    kill "$server"
    # A request at that moment is reset first.
    waits grep -Eqx "http://127.0.0.1:$port/page: Connection refused \(was (200 OK|Connection reset by peer)\)" out
    waits starts "$port" busybox httpd -f -h site -p 127.0.0.1:PORT
    waits grep -qx "http://127.0.0.1:$port/page: 200 OK (was Connection refused)" out
    stops 2
    run -1 grep "^http://127.0.0.1:$steady/page: .*was" out
}

@test "a server that hangs costs its time limit, and delays no other target" {
    serves
    frozen=$port
    kill -STOP "$server"
    serves
    polls -j 2 -i 10 -t 100 "http://127.0.0.1:$frozen" "http://127.0.0.1:$port/page"
    waits grep -q "^http://127.0.0.1:$frozen: .* timed out" out
    waits grep -q "^http://127.0.0.1:$port/page: 200 OK" out
    kill -CONT "${servers[0]}"
    waits grep -q "^http://127.0.0.1:$frozen: 404 Not Found (was .* timed out)" out
    stops 2
}

@test "an answer that is not HTTP is an error, and so is one that never ends" {
    local text
    for text in 'SSH-2.0-whatever\r\n' 'HTTP/1.0 \033[2Jyou\n' 'HTTP/1.0\r\n200 OK\r\n' 'HTTP/1.0 OK\n' \
        "$(head -c 5000 /dev/zero | tr '\0' x)"; do
        answers "$text"
        run -0 play url-poller -n 1 "${unhurried[@]}" "http://127.0.0.1:$port"
        assert_line --index 0 "http://127.0.0.1:$port: Protocol error"
    done
    answers 'HTTP/1.0 200 '
    run -0 play url-poller -n 1 -t 100 "http://127.0.0.1:$port"
    assert_line --index 0 --regexp "^http://127.0.0.1:$port: .* timed out"
}

@test "sends a HEAD request with the path, the host and the port" {
    need nc
    mkfifo says
    asked=$BATS_TEST_TMPDIR/asked
    # shellcheck disable=SC2016  # the inner shell expands its own variables
    somewhere sh -c 'exec nc -l 127.0.0.1 "$1" >"$0"' "$asked" PORT <>says
    printf 'HTTP/1.1 204 No Content\r\n' 1<>says
    run -0 play url-poller -n 1 "${unhurried[@]}" "http://127.0.0.1:$port/a?b"
    assert_line --index 0 "http://127.0.0.1:$port/a?b: 204 No Content"
    waits grep -q Host asked
    assert_equal "$(tr -d '\r' <asked)" "HEAD /a?b HTTP/1.0
Host: 127.0.0.1:$port"
}

@test "after ^C at a random moment all targets return, wherever they are" {
    serves
    kill -STOP "$server"
    frozen=$port
    serves
    for ((turn = 0; turn < 5 * RUNS; turn++)); do
        polls -j 2 -i $((RANDOM % 30)) -t 9000 "http://127.0.0.1:$port/page" "http://127.0.0.1:$frozen" \
            "http://127.0.0.1:$port/none" "http://127.0.0.1:1"
        sleep "0.0$((RANDOM % 90 + 10))"
        began=$(now_us)
        stops 4
        (($(now_us) - began < 8000000)) # otherwise it has waited for the server that hangs
    done
}

@test "^C at a random moment ends the demo too, before the ^C of the demo" {
    for ((turn = 0; turn < 3 * RUNS; turn++)); do
        LIMIT=$((2 * LIMIT)) COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
            play url-poller >out 2>err 3>&- &
        job=$!
        sleep "0.0$((RANDOM % 90 + 10))"
        ! program_of "$job" || kill -INT "$pid" || true
        status=0
        wait "$job" || status=$?
        cat out err
        ((status == 0 || status == 130)) # 130: before it blocks SIGINT, or the second ^C
        [ ! -s err ]
        ((status == 130)) || assert_equal "$(tail -n 1 out)" '^C: 3 targets, all returned'
    done
}

# On a busy machine the first ^C may have ended it before the listener looks for the second.
@test "a second ^C ends the program at once" {
    local turn
    serves
    for ((turn = 0; turn < 5; turn++)); do
        polls -i 10 "http://127.0.0.1:$port/page"
        waits grep -q '200 OK' out
        signalled_twice
        status=0
        wait "$job" || status=$?
        job=
        ((status == 0)) || break
    done
    assert_equal "$status" $((128 + 15))
    run -1 grep -E 'stopped|returned' out
}

@test "^C ends an interval of a quarter of an hour" {
    serves
    polls -i 1000000 "http://127.0.0.1:$port/page"
    waits grep -q '200 OK' out
    stops 1
}

@test "closes the socket of each poll" {
    serves
    (
        ulimit -n 32
        play url-poller -n 200 -i 0 "${unhurried[@]}" "http://127.0.0.1:$port/page" http://127.0.0.1:1
    ) >out
    assert_equal "$(sort -r out)" "http://127.0.0.1:$port/page: 200 OK
http://127.0.0.1:1: Connection refused
2 targets, 400 polls, all returned"
}

@test "polls as often as -n says, and never before the interval is over" {
    serves
    began=$(now_us)
    run -0 play url-poller -n 4 -i 100 "${unhurried[@]}" "http://127.0.0.1:$port/page"
    assert_output "http://127.0.0.1:$port/page: 200 OK
1 targets, 4 polls, all returned"
    (($(now_us) - began >= 300 * 1000))
}

@test "a wrong URL is a message and status 1" {
    for wrong in localhost ftp://x http:// http://127.0.0.1:x/ http://127.0.0.1:0/ \
        http://127.0.0.1:99999/ http://127.0.0.1:/ 'http://[::1]:80/' 'http://127.0.0.1/a b' http://127.0.0.1?b; do
        run -1 --separate-stderr play url-poller -n 1 "$wrong"
        assert_output ''
        assert_equal "$stderr" "url-poller: wrong URL or unknown host: $wrong"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 15 url-poller
    assert_equal "$output$stderr" 'archive: 200 OK'
}

@test "a full disk is status 1" {
    onto_full_disk url-poller -n 1 http://127.0.0.1:1/
    assert_equal "$status" 1
}

@test "each option keeps to its limits, and needs a URL" {
    takes url-poller '[[-n POLLS] [-j POLLERS] [-i INTERVAL_MS] [-t LIMIT_MS] URL...]' \
        '-n 0 x' '-n 1000001 x' '-j 0 x' '-j 256 x' '-i -1 x' '-i 1000001 x' '-t 0 x' '-t 1000001 x' '-n 3'
}
