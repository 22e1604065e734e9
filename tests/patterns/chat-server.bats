#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154,SC2317  # a test is a subshell; run sets output and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    job=
}

# Stops the server that a failed test has left running. Each nc ends when the server does.
teardown() {
    [ -z "$job" ] || kill -KILL "$pid" "$job" 2>/dev/null || true
}

# opens [WORDS...]: starts the server on a free port: $port, $pid. A background
# job of the shell would ignore SIGINT, so env restores its default effect.
opens() {
    need nc
    rm -f log err # otherwise the port of an earlier server could be read
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" LIMIT=$((6 * LIMIT)) \
        play chat-server "$@" 0 >log 2>err 3>&- &
    job=$!
    waits grep -q '^~ listening' err
    port=$(sed -n 's/^~ listening on .*://p' err)
    waits program_of "$job"
}

# joins NAME: connects a client, which stays connected, and sends its name. Waits until
# the server has announced it.
joins() {
    mkfifo "$1.in"
    nc 127.0.0.1 "$port" <"$1.in" >"$1.out" 2>/dev/null 3>&- &
    exec {fd}>"$1.in"
    declare -g "line_$1=$fd" "nc_$1=$!"
    sends "$1" "$1"
    waits grep -qx "[*] $1 joined" "$1.out"
}

# sends NAME TEXT: this client sends a line. receives NAME TEXT: waits until it has received
# this line. leaves NAME: ends its connection.
sends() {
    local fd=line_$1
    printf '%s\n' "$2" >&"${!fd}"
}

receives() {
    patience=3 waits grep -qxF -e "$2" "$1.out"
}

leaves() {
    local fd=line_$1 nc=nc_$1
    fd=${!fd}
    kill "${!nc}" 2>/dev/null || true
    exec {fd}>&-
}

# ends [SIGNAL]: sends ^C to the server, and checks its status, its output and its port.
ends() {
    kill "-${1:-INT}" "$pid"
    status=0
    wait "$job" || status=$?
    job=
    echo "-- status $status; the end of its log:"
    tail -n 3 log
    [ "$status" -eq 0 ]
    refute grep -v '^~\|^==' err
    tail -n 1 log | grep -Eqx 'clients: ([0-9]+) connected, \1 disconnected'
    run -1 nc -z 127.0.0.1 "$port"
}

holds() {
    assert_output "$(transcript chat-server)"
    assert_regex "$stderr" '^~ listening on 127\.0\.0\.1:[0-9]+$'
}

@test "two clients join, talk and leave, and ^C disconnects the rest" {
    repeat run_holds chat-server
}

@test "with --slow mute is disconnected, and bob receives each line of ann" {
    run -0 --separate-stderr play chat-server --slow
    numbers=$(sed -n 's/^ann: line \([0-9]*\) 0*$/\1/p' <<<"$output")
    [ "$(wc -l <<<"$numbers")" -gt 50 ]
    assert_equal "$numbers" "$(seq "$(wc -l <<<"$numbers")")"
    assert_equal "$(grep -v '^ann' <<<"$output")" "$(transcript chat-server "--slow | grep -v '^ann'")"
}

@test "all clients receive all lines, in the same order" {
    opens
    joins ann
    joins bob
    joins cat
    for client in ann bob cat; do
        seq -f "line %g of $client" 50 >"$client.text"
        fd=line_$client
        cat "$client.text" >&"${!fd}"
    done
    for client in ann bob cat; do
        for sender in ann bob cat; do receives "$client" "$sender: line 50 of $sender"; done
    done
    for client in ann bob cat; do waits grep -qx "$client: line 50 of $client" log; done
    grep : log >said
    assert_equal "$(wc -l <said)" 150
    for client in ann bob cat; do
        grep : "$client.out" | cmp - said
        sed -n "s/^$client: //p" said | cmp - "$client.text"
    done
    leaves bob
    receives ann '* bob left'
    sends cat 'still here'
    receives ann 'cat: still here'
    ends
    receives ann '* server is shutting down'
    receives cat '* server is shutting down'
}

@test "a client that sends all its lines at once and disconnects is heard" {
    opens
    joins ann
    printf 'bob\none\ntwo\r\n\nthree\n' | nc -N 127.0.0.1 "$port" >bob.out
    receives ann '* bob left'
    assert_equal "$(sed -n '/bob/p' ann.out)" '* bob joined
bob: one
bob: two
bob: 
bob: three
* bob left'
    ends
}

# The end then follows at once, while the server still handles the name.
@test "a client that sends its name and disconnects has joined, also if its reader makes no pause" {
    local program=$ROOT/patterns/chat-server/chat-server.c
    mkdir hasty
    sed 's/PACE_MS = 10,/PACE_MS = 0,/' "$program" >hasty.c
    run -1 cmp -s hasty.c "$program"
    "${CC:-cc}" -std=c11 -pthread -I "$ROOT/common" -I "$ROOT/patterns/chat-server" hasty.c -o hasty/chat-server
    BUILD=$PWD/hasty opens
    for client in {1..30}; do printf 'g%d\n' "$client" | nc -N 127.0.0.1 "$port" >/dev/null; done
    BUILD=$PWD/hasty ends
    for client in {1..30}; do grep -qx "[*] g$client joined" log; done
}

@test "a client that never reads is disconnected, and the other clients go on" {
    opens
    joins ann
    exec {mute}<>"/dev/tcp/127.0.0.1/$port"
    echo mute >&"$mute"
    receives ann '* mute joined'
    text=$(printf 'x%.0s' {1..240})
    for client in bob cat dan eve; do
        joins $client
        fd=line_$client
        seq -f "%g $text" 300 >&"${!fd}" 3>&- &
    done
    for client in bob cat dan eve; do
        receives ann "$client: 300 $text"
        assert_equal "$(grep -c "^$client: " ann.out)" 300
    done
    receives ann '* mute was disconnected: too slow'
    waits grep -q 'too slow' log
    assert_equal "$(grep -c 'too slow' log)" 1
    exec {mute}>&-
    ends
}

@test "garbage from one client harms no other client and no terminal" {
    opens
    joins ann
    joins bob
    head -c 300000 /dev/urandom | nc -N 127.0.0.1 "$port" >/dev/null
    { echo noise && LC_ALL=C tr '\n' '\0' </dev/urandom | head -c 200 && printf '\033[2J\a\b\177\n'; } |
        nc -N 127.0.0.1 "$port" >/dev/null
    receives ann '* noise left'
    printf 'odd\x1b[31m\nhello\n' | nc -N 127.0.0.1 "$port" >/dev/null
    receives ann 'odd?[31m: hello'
    sends bob 'all well'
    receives ann 'bob: all well'
    run -1 env LC_ALL=C grep -q '[[:cntrl:]]' ann.out log
    ends
}

@test "C1 controls and broken UTF-8 are replaced, and other text is not" {
    local sent expected f=f
    opens
    joins ann
    while read -r sent expected; do
        # shellcheck disable=SC2059  # the formats are below
        printf "$f\n<$sent>\n" | nc -N 127.0.0.1 "$port" >/dev/null 3>&-
        # shellcheck disable=SC2059
        receives ann "$f: <$(printf "$expected")>"
        f+=f
    done <<'END'
\x9b31m ?31m
\xc2\x9b31m ??31m
\xc2\x80\xc2\x9f\xc2\xa0 ????\xc2\xa0
\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80
\xc3 ?
\xe2\x82 ??
\xe2\x9b ??
\xc0\x9b\xc1\xbf ????
\xe0\x82\x9b\xf0\x80\x82\x9b ???????
\xed\xa0\x80\xf4\x90\x80\x80\xf5\x80\x80\x80 ???????????
\xff\xfe\x85 ???
END
    printf 'abcdefghijklmno\xc3\xa4\n' | nc -N 127.0.0.1 "$port" >/dev/null
    receives ann '* abcdefghijklmno? joined'
    ends
}

@test "a client that sends a line of 10 MiB is disconnected, and the others go on" {
    opens
    joins ann
    joins bob
    fd=line_bob
    (head -c 10485760 /dev/zero | tr '\0' x >&"${!fd}") 2>/dev/null || true
    receives ann '* bob was disconnected: line too long'
    head -c 10485760 /dev/zero | nc -N 127.0.0.1 "$port" >/dev/null || true
    joins cat
    sends ann "$(printf 'y%.0s' {1..256})"
    receives cat "ann: $(printf 'y%.0s' {1..256})"
    sends ann "$(printf 'y%.0s' {1..257})"
    receives cat '* ann was disconnected: line too long'
    ends
}

@test "the seventeenth client is refused, until one of the sixteen leaves" {
    opens
    for i in {1..16}; do joins "g$i"; done
    assert_equal "$(nc 127.0.0.1 "$port" </dev/null)" '* server is full'
    leaves g7
    receives g1 '* g7 left'
    joins late
    receives g16 '* late joined'
    ends
    assert_equal "$(tail -n 1 log)" 'clients: 17 connected, 17 disconnected'
}

is_full() { [ "$(nc 127.0.0.1 "$port" </dev/null)" = '* server is full' ]; }
is_not_full() { [ "$(nc -w 1 127.0.0.1 "$port" </dev/null)" = '* send your name' ]; }

@test "clients that send no name are disconnected, and others can connect again" {
    opens
    joins ann
    exec {trickle}<>"/dev/tcp/127.0.0.1/$port"
    while printf x && sleep 0.5; do :; done >&"$trickle" 2>/dev/null 3>&- &
    # shellcheck disable=SC2034  # held open
    for i in {1..14}; do exec {silent}<>"/dev/tcp/127.0.0.1/$port"; done
    waits is_full
    sends ann 'full'
    receives ann 'ann: full'
    waits is_not_full
    joins late
    sends ann 'I was silent, too'
    receives late 'ann: I was silent, too'
    exec {trickle}>&-
    ends
    assert_equal "$(grep -c ' joined$\|silent' log)" 3
}

# is_asked: a connection has the keepalive timer, 02, which fires in less than two minutes
# (in hundredths of a second).
is_asked() {
    awk -v at="$(printf '%04X' "$port")" '
        $2 ~ at "$" && $4 == "01" && $6 ~ /^02:/ && $6 < "02:00002EE0" { found = 1 }
        END { exit !found }' /proc/net/tcp
}

@test "the kernel asks a silent client for a reply" {
    opens
    joins ann
    waits is_asked # It takes a moment: the kernel first waits for an acknowledgement.
    ends
}

@test "a name is unique, short, and no announcement or message" {
    opens
    joins ann
    printf '%s\n' ann '' '* ann' 'ann: I quit' ':' ' ann' 'ann ' abcdefghijklmnopqrstuvwxyz hello | nc -N 127.0.0.1 "$port" >x.out
    assert_equal "$(cat x.out)" '* send your name
* send another name
* send another name
* send another name
* send another name
* send another name
* send another name
* send another name
* abcdefghijklmnop joined
abcdefghijklmnop: hello'
    receives ann '* abcdefghijklmnop joined'
    ends
}

# Bob receives the last line. Ann may not: if the server closes a connection with unread
# input, TCP drops what is still on its way to the client.
@test "^C disconnects a client that sends, one that never reads, and one without a name" {
    opens
    joins ann
    joins bob
    exec {mute}<>"/dev/tcp/127.0.0.1/$port" {unnamed}<>"/dev/tcp/127.0.0.1/$port"
    echo mute >&"$mute"
    receives ann '* mute joined'
    fd=line_ann
    seq 100000 >&"${!fd}" 2>/dev/null 3>&- &
    receives ann 'ann: 50'
    ends
    assert_equal "$(tail -n 1 log)" 'clients: 4 connected, 4 disconnected'
    waits grep -q 'server is shutting down' bob.out
    exec {mute}>&- {unnamed}>&-
}

@test "^C ends a server that has no free descriptor" {
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind has files of its own'
    need prlimit
    COOKBOOK_WRAP="prlimit --nofile=4:4 ${COOKBOOK_WRAP-}" opens
    ends
    assert_equal "$(tail -n 1 log)" 'clients: 0 connected, 0 disconnected'
}

# The server's own writer(), with a client that takes each line just in time.
@test "a client that reads slowly does not delay the shutdown" {
    cat >takes.c <<'END'
#include "chan.h"

#include <stdio.h>
#include <sys/socket.h>

enum { LINES = 20 };
static int taken;

static ssize_t take(int fd, const void *bytes, size_t n, int flags)
{
    (void)fd, (void)bytes, (void)flags;
    sleep_ms(300);
    taken++;
    return (ssize_t)n;
}

#define send take
#define main chat_server
#include "chat-server.c"
#undef main

int main(void)
{
    struct client *client = calloc(1, sizeof *client);
    client->fd = dup(0);
    client->out = chan_make(struct message, QUEUE);
    client->why = "left"; /* as begin_shutdown() does */
    for (int i = 0; i < LINES; i++)
        try_send(client, (struct message){"hello\n"});
    chan_close(client->out);
    writer(&(struct writer){client});
    printf("%s\n", taken == 0 ? "nothing" : taken < LINES / 2 ? "some" : "all");
}
END
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I "$ROOT/common" -I "$ROOT/patterns/chat-server" -pthread takes.c -o takes
    assert_equal "$(timeout -k 2 "$LIMIT" ./takes)" some
}

# The server's own try_send(), to a client whose writer receives nothing.
@test "a send to a full queue does not wait, and disconnects the client" {
    cat >full.c <<'END'
#define main chat_server
#include "chat-server.c"
#undef main

int main(void)
{
    struct client *client = calloc(1, sizeof *client);
    client->fd = dup(0);
    client->out = chan_make(struct message, QUEUE);
    for (int i = 0; i < QUEUE; i++)
        try_send(client, (struct message){"hello\n"});
    printf("%s\n", client->why ? client->why : "connected");
    try_send(client, (struct message){"one too many\n"});
    printf("%s\n", client->why ? client->why : "connected");
    chan_free(client->out);
    free(client);
}
END
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I "$ROOT/common" -I "$ROOT/patterns/chat-server" -pthread full.c -o full
    assert_equal "$(timeout -k 2 "$LIMIT" ./full)" 'connected
was disconnected: too slow'
}

@test "SIGTERM ends the server too, also without clients" {
    opens
    ends TERM
    assert_equal "$(cat log)" '* server is shutting down
clients: 0 connected, 0 disconnected'
}

@test "^C at random moments, while clients connect and disconnect" {
    for ((turn = 0; turn < 5 * RUNS; turn++)); do
        opens
        for client in 1 2 3 4; do
            while printf 'client %s\nhello\n' $client | nc -N -w 1 127.0.0.1 "$port"; do :; done >/dev/null 2>&1 3>&- &
        done
        nc -z 127.0.0.1 "$port" || true
        sleep "0.0$((RANDOM % 90 + 10))"
        ends
    done
    wait
}

@test "a signal that comes while the server prints its port ends the server" {
    mkfifo full
    exec {full}<>full
    head -c 65536 /dev/zero >&"$full" # so the announcement has to wait
    play chat-server 0 >log 2>full 3>&- &
    job=$!
    waits program_of "$job"
    waits grep -q '^SigBlk:.*[4-7c-f]...$' "/proc/$pid/status" # SIGTERM is a message by now
    waits grep -q '^State:.S' "/proc/$pid/status"
    sleep 0.2
    kill -TERM "$pid"
    sleep 0.1
    cat <&"$full" >/dev/null 3>&- &
    status=0
    wait "$job" || status=$?
    job=
    kill $!
    exec {full}>&-
    assert_equal "$status" 0
    assert_equal "$(tail -n 1 log)" 'clients: 0 connected, 0 disconnected'
}

# opens_stopped: starts a server with a full pipe as standard output, $stopped, which no
# process reads.
opens_stopped() {
    mkfifo log
    exec {stopped}<>log
    head -c 65536 /dev/zero | tr '\0' '\n' >&"$stopped"
    need nc
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" play chat-server 0 >log 2>err 3>&- &
    job=$!
    waits grep -q '^~ listening' err
    port=$(sed -n 's/^~ listening on .*://p' err)
    waits program_of "$job"
}

@test "a blocked standard output delays no client, and the last lines come when it is read again" {
    opens_stopped
    joins ann
    joins bob
    for i in 1 2 3; do
        sends ann "line $i"
        receives bob "ann: line $i"
    done
    kill -INT "$pid"
    receives bob '* server is shutting down'
    cat <&"$stopped" >printed 3>&- &
    status=0
    wait "$job" || status=$?
    job=
    assert_equal "$status" 0
    waits grep -qx 'clients: 2 connected, 2 disconnected' printed
    kill $!
    exec {stopped}>&-
    assert_equal "$(grep . printed | sed -n 3,5p)" "$(printf 'ann: line %s\n' 1 2 3)"
}

@test "lines that the full output drops are counted" {
    opens_stopped
    joins ann
    fd=line_ann
    seq 300 >&"${!fd}"
    receives ann 'ann: 300'
    kill -INT "$pid"
    cat <&"$stopped" >printed 3>&- &
    wait "$job"
    job=
    waits grep -q '^clients: ' printed
    kill $!
    exec {stopped}>&-
    lost=$(sed -n 's/^~ \([0-9]*\) lines were not printed$/\1/p' err)
    [ "$lost" -gt 0 ]
    # Two more than ann sent: the lines that announce ann and the shutdown.
    assert_equal "$(($(grep -c '^[*a]' printed) + lost))" 302
}

@test "a second signal ends the server, also while its output is blocked" {
    opens_stopped
    joins ann
    kill -INT "$pid"
    receives ann '* server is shutting down'
    sleep 0.2
    kill -INT "$pid"
    status=0
    wait "$job" || status=$?
    job=
    exec {stopped}>&-
    assert_equal "$status" $((128 + 2))
}

full_disk() {
    play chat-server >/dev/full
}

@test "a full disk is status 1" {
    [ -w /dev/full ] || skip 'no /dev/full'
    run -1 full_disk
}

@test "a second signal ends the server at once" {
    opens
    signalled_twice
    status=0
    wait "$job" || status=$?
    job=
    assert_equal "$status" $((128 + 15))
}

@test "the server listens on 127.0.0.1, or on the address of -a" {
    opens
    run -1 nc -z 127.0.0.2 "$port"
    nc -z 127.0.0.1 "$port"
    ends
    opens -a 127.0.0.2
    run -1 nc -z 127.0.0.1 "$port"
    nc -z 127.0.0.2 "$port"
    kill -INT "$pid"
    wait "$job"
    job=
}

# sends.c: the server's own send_all(), to a client that reads nothing until the sender has
# been stopped and continued. That ends a blocked send() early.
@test "a server that is stopped and continued still sends everything" {
    cat >sends.c <<'END'
#include "chan.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { LINE = 256, NAME = 16, BUFFER = 8192, SEND_MS = LIMIT_MS };
#include "net.h"

int main(void)
{
    static char text[100001], seen[1000000];
    int ends[2];
    (void)next_line, (void)is_name;
    memset(text, 'x', sizeof text - 1);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    set_limits(ends[0]);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        usleep(300000);
        kill(getppid(), SIGSTOP);
        usleep(PAUSE * 1000);
        kill(getppid(), SIGCONT);
        usleep(WAIT * 1000);
        size_t n = 0;
        for (ssize_t got; n < 100000 && (got = read(ends[1], seen, sizeof seen)) > 0;)
            n += (size_t)got;
        _exit(n != 100000);
    }
    bool all = send_all(ends[0], text);
    int status;
    close(ends[0]);
    waitpid(child, &status, 0);
    printf("%d %d\n", all, status);
}
END
    build_sends() {
        "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I "$ROOT/common" -I "$ROOT/patterns/chat-server" -DPAUSE="$1" -DWAIT="$2" \
            -DLIMIT_MS="$3" -pthread sends.c -o sends
    }
    build_sends 100 200 5000
    assert_equal "$(timeout -k 2 10 ./sends)" '1 0'
    build_sends 100 2000 1000
    assert_equal "$(timeout -k 2 10 ./sends)" '0 256'
}

@test "if the server cannot listen, it reports the reason, with status 1" {
    opens
    run -1 --separate-stderr play chat-server "$port"
    assert_output ''
    assert_regex "$stderr" "^chat-server: cannot listen: Address (already )?in use"
    ends
    run -1 --separate-stderr play chat-server -a 192.0.2.1 0
    assert_regex "$stderr" "^chat-server: cannot listen: "
    for address in ::1 localhost 127.0.0.256 ''; do
        run -1 --separate-stderr play chat-server -a "$address" 0
        assert_regex "$stderr" "^chat-server: cannot listen: Invalid argument$"
    done
}

port_of() {
    port=$(ports_of "$1")
    [ -n "$port" ] && port=$((16#$port))
}

@test "a server that is started without standard files gives their numbers to no socket" {
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind has files of its own'
    need nc
    LIMIT=$((2 * LIMIT)) play chat-server 0 <&- >&- 2>&- 3>&- &
    job=$!
    waits program_of "$job"
    waits port_of "$pid"
    joins ann
    ls -l "/proc/$pid/fd"
    for fd in 0 1 2; do assert_equal "$(readlink "/proc/$pid/fd/$fd")" /dev/null; done
    kill -TERM "$pid"
    wait "$job"
    job=
}

@test "takes a port, and an address only with a port" {
    takes chat-server '[--slow | [-a ADDRESS] PORT]   (127.0.0.1)' -1 65536 x '1 2' '-a 127.0.0.1' \
        '--slow 0' '--slow -a 127.0.0.1'
}
