#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154,SC2317  # a test is a subshell; run sets output and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir site
    echo hello >site/page
    job='' servers=()
    unhurried=(-t 8000) # the server is a process that may have to wait for a core
}

teardown() {
    [ -z "$job" ] || kill -KILL "$pid" "$job" 2>/dev/null || true
    [ ${#servers[@]} -eq 0 ] || kill -KILL "${servers[@]}" 2>/dev/null || true
}

# listens: the program of $job listens on $port, itself and not somebody else.
listens() {
    program_of "$job" || return
    ports_of "$pid" | grep -qx "$(printf %04X "$port")"
}

# starts PORT COMMAND...: a server; PORT at the end of a word is the port. Even where
# nobody tears down, and it is stopped, it doesn't outlive its limit for long.
# Sets $server, $port. False if the port is taken.
starts() {
    local job pid
    port=$1
    shift
    timeout --foreground -k 1 $((3 * LIMIT)) "${@/%PORT/$port}" <&0 >/dev/null 2>&1 3>&- &
    job=$!
    disown "$job"
    until listens; do
        kill -0 "$job" 2>/dev/null || return # timeout ends it, if nothing else does
        sleep 0.01
    done
    server=$pid servers+=("$pid")
}

# somewhere COMMAND...: starts it on a free port. Those from 20000 to 29999 the
# system gives to nobody who just wants any.
somewhere() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        ! starts $((20000 + RANDOM % 10000)) "$@" || return 0
    done
    fail 'no server can be started'
}

# serves: a web server on a free port: $server and $port.
serves() {
    need busybox
    somewhere busybox httpd -f -h site -p 127.0.0.1:PORT
}

# answers TEXT: something on a free port that isn't a web server: to the first
# who comes it says TEXT, and falls silent, as its input never ends. $port, $server.
answers() {
    need nc
    rm -f says
    mkfifo says
    somewhere nc -l 127.0.0.1 PORT <>says
    printf %b "$1" 1<>says
}

# polls WORDS...: in the background: `out`, $pid, $job. Now it takes ^C as a message.
polls() {
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
        LIMIT=$((2 * LIMIT)) play url-poller "$@" >out 2>err 3>&- &
    job=$!
    waits listens_to_us
}

# Its goroutines start with the signal blocked. Before that valgrind, too, blocks
# it now and then.
listens_to_us() {
    program_of "$job" && grep -q '^SigBlk:.*[2367abef]$' "/proc/$pid/status" &&
        [ -e "$(echo "/proc/$pid/task"/* | cut -s -d ' ' -f 2)" ]
}

# stops: ends it by ^C; all pages come back.
stops() {
    kill -INT "$pid"
    status=0
    wait "$job" || status=$?
    job=
    cat out err
    assert_equal "$status" 0
    assert_equal "$(tail -n 1 out)" "^C: $1 pages, all are back"
    assert_equal "$(grep -Ecx '.*: back from (a poll|its rest|the queue)' out)" "$1"
}

holds() {
    assert_output "$(transcript url-poller)"
    assert_equal "$stderr" ''
}

@test "^C finds one page polled, one at rest, one queued; all come back" {
    repeat run_holds url-poller
}

@test "real servers, any number of pollers: one page is there, one is not, one server has never been" {
    serves
    there=$port
    for n in 1 2 3 40; do
        run -0 play url-poller -n 3 -j "$n" -i 10 "${unhurried[@]}" "http://127.0.0.1:$there/page" \
            "http://127.0.0.1:$there/none" http://127.0.0.1:1
        assert_line "http://127.0.0.1:$there/page: 200 OK"
        assert_line "http://127.0.0.1:$there/none: 404 Not Found"
        assert_line "http://127.0.0.1:1: Connection refused"
        assert_line --index 3 '3 pages, 9 polls, all are back'
        assert_equal ${#lines[@]} 4
    done
}

@test "a server that is stopped in the middle of it is seen, and seen again when it is back" {
    serves
    steady=$port
    serves
    polls -i 20 "${unhurried[@]}" "http://127.0.0.1:$steady/page" "http://127.0.0.1:$port/page"
    waits grep -qx "http://127.0.0.1:$port/page: 200 OK" out
    kill "$server"
    # Who was asking just then has heard first that he is cut off.
    waits grep -Eqx "http://127.0.0.1:$port/page: Connection refused \(was (200 OK|Connection reset by peer)\)" out
    waits starts "$port" busybox httpd -f -h site -p 127.0.0.1:PORT
    waits grep -qx "http://127.0.0.1:$port/page: 200 OK (was Connection refused)" out
    stops 2
    run -1 grep "^http://127.0.0.1:$steady/page: .*was" out
}

@test "one that has frozen takes up its time and no more, and holds up nobody else" {
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

@test "what answers something else is no web server; nor is what never comes to the point" {
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

@test "it asks for the head of the page, and says whose, with the port" {
    need nc
    mkfifo says
    asked=$BATS_TEST_TMPDIR/asked
    # shellcheck disable=SC2016  # that shell has its own words
    somewhere sh -c 'exec nc -l 127.0.0.1 "$1" >"$0"' "$asked" PORT <>says
    printf 'HTTP/1.1 204 No Content\r\n' 1<>says
    run -0 play url-poller -n 1 "${unhurried[@]}" "http://127.0.0.1:$port/a?b"
    assert_line --index 0 "http://127.0.0.1:$port/a?b: 204 No Content"
    waits grep -q Host asked
    assert_equal "$(tr -d '\r' <asked)" "HEAD /a?b HTTP/1.0
Host: 127.0.0.1:$port"
}

@test "^C at random moments brings all pages back, whether they are polled, sleep or wait" {
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
        (($(now_us) - began < 8000000)) # or it has waited for the frozen one
    done
}

@test "^C at random moments ends the rehearsal too, before its own" {
    for ((turn = 0; turn < 3 * RUNS; turn++)); do
        LIMIT=$((2 * LIMIT)) COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" \
            play url-poller >out 2>err 3>&- &
        job=$!
        sleep "0.0$((RANDOM % 90 + 10))"
        ! program_of "$job" || kill -INT "$pid" || true
        status=0
        wait "$job" || status=$?
        cat out err
        ((status == 0 || status == 130)) # before it listens, or as the second one, it kills
        [ ! -s err ]
        ((status == 130)) || assert_equal "$(tail -n 1 out)" '^C: 3 pages, all are back'
    done
}

@test "a second ^C kills" {
    serves
    polls -i 10 "http://127.0.0.1:$port/page"
    waits grep -q '200 OK' out
    signalled_twice
    status=0
    wait "$job" || status=$?
    job=
    assert_equal "$status" $((128 + 15))
    run -1 grep back out
}

@test "^C wakes a page that would have rested for a quarter of an hour" {
    serves
    polls -i 1000000 "http://127.0.0.1:$port/page"
    waits grep -q '200 OK' out
    stops 1
}

@test "hundreds of polls need no more descriptors than a few" {
    serves
    (
        ulimit -n 32
        play url-poller -n 200 -i 0 "${unhurried[@]}" "http://127.0.0.1:$port/page" http://127.0.0.1:1
    ) >out
    assert_equal "$(sort -r out)" "http://127.0.0.1:$port/page: 200 OK
http://127.0.0.1:1: Connection refused
2 pages, 400 polls, all are back"
}

@test "polls no page before its time, and as often as was asked for" {
    serves
    began=$(now_us)
    run -0 play url-poller -n 4 -i 100 "${unhurried[@]}" "http://127.0.0.1:$port/page"
    assert_output "http://127.0.0.1:$port/page: 200 OK
1 pages, 4 polls, all are back"
    (($(now_us) - began >= 300 * 1000))
}

@test "what is no address of a page is a message and status 1" {
    for wrong in localhost ftp://x http:// http://127.0.0.1:x/ http://127.0.0.1:0/ \
        http://127.0.0.1:99999/ http://127.0.0.1:/ 'http://[::1]:80/' 'http://127.0.0.1/a b' http://127.0.0.1?b; do
        run -1 --separate-stderr play url-poller -n 1 "$wrong"
        assert_output ''
        assert_equal "$stderr" "url-poller: can't find $wrong"
    done
}

@test "a closed output ends it quietly" {
    into_closed_pipe 14 url-poller
    assert_equal "$output$stderr" 'museum: 200 OK'
}

@test "a full disk is status 1" {
    onto_full_disk url-poller -n 1 http://127.0.0.1:1/
    assert_equal "$status" 1
}

@test "each option keeps to its limits, and is of use only with a page" {
    takes url-poller '[[-n ROUNDS] [-j POLLERS] [-i REST_MS] [-t LIMIT_MS] URL...]' \
        '-n 0 x' '-n 1000001 x' '-j 0 x' '-j 256 x' '-i -1 x' '-i 1000001 x' '-t 0 x' '-t 1000001 x' '-n 3'
}
