#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2154,SC2317  # a test is a subshell; run sets output and stderr; run_holds calls holds
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    job=
}

# Whatever a test has left behind: nc ends when its server does.
teardown() {
    [ -z "$job" ] || kill -KILL "$pid" "$job" 2>/dev/null || true
}

# opens [WORDS...]: starts the server on a free port: $port, $pid. A background
# job of the shell would ignore SIGINT, so we give it its effect back.
opens() {
    need nc
    rm -f log err # or we would read the port of the one before
    COOKBOOK_WRAP="env --default-signal=INT ${COOKBOOK_WRAP-}" LIMIT=$((6 * LIMIT)) \
        play chat-server "$@" 0 >log 2>err 3>&- &
    job=$!
    waits grep -q '^~ listening' err
    port=$(sed -n 's/^~ listening on .*://p' err)
    waits program_of "$job"
}

# comes NAME: a guest, whose line is held open, who says his name and is heard.
comes() {
    mkfifo "$1.in"
    nc 127.0.0.1 "$port" <"$1.in" >"$1.out" 2>/dev/null 3>&- &
    exec {fd}>"$1.in"
    declare -g "line_$1=$fd" "nc_$1=$!"
    says "$1" "$1"
    waits grep -qx "[*] $1 is here" "$1.out"
}

# says NAME TEXT, hears NAME TEXT, goes NAME.
says() {
    local fd=line_$1
    printf '%s\n' "$2" >&"${!fd}"
}

hears() {
    patience=3 waits grep -qxF -e "$2" "$1.out"
}

goes() {
    local fd=line_$1 nc=nc_$1
    fd=${!fd}
    kill "${!nc}" 2>/dev/null || true
    exec {fd}>&-
}

# closes [SIGNAL]: ends the server by ^C, and expects that all is in order.
closes() {
    kill "-${1:-INT}" "$pid"
    status=0
    wait "$job" || status=$?
    job=
    echo "-- status $status; the end of its log:"
    tail -n 3 log
    [ "$status" -eq 0 ]
    refute grep -v '^~\|^==' err
    tail -n 1 log | grep -Eqx '([0-9]+) came, \1 left, nobody is in the room'
    run -1 nc -z 127.0.0.1 "$port"
}

holds() {
    assert_output "$(transcript chat-server)"
    assert_regex "$stderr" '^~ listening on 127\.0\.0\.1:[0-9]+$'
}

@test "two guests come, talk and leave, and after ^C nobody is in the room" {
    repeat run_holds chat-server
}

@test "all read what anybody says, in the same order" {
    opens
    comes ann
    comes bob
    comes cat
    for guest in ann bob cat; do
        seq -f "line %g of $guest" 50 >"$guest.text"
        fd=line_$guest
        cat "$guest.text" >&"${!fd}"
    done
    for guest in ann bob cat; do
        for speaker in ann bob cat; do hears "$guest" "$speaker: line 50 of $speaker"; done
    done
    for guest in ann bob cat; do waits grep -qx "$guest: line 50 of $guest" log; done
    grep : log >said
    assert_equal "$(wc -l <said)" 150
    for guest in ann bob cat; do
        grep : "$guest.out" | cmp - said
        sed -n "s/^$guest: //p" said | cmp - "$guest.text"
    done
    goes bob
    hears ann '* bob has left'
    says cat 'still here'
    hears ann 'cat: still here'
    closes
    hears ann '* the room is closing'
    hears cat '* the room is closing'
}

@test "a guest who sends it all at once and hangs up has been heard" {
    opens
    comes ann
    printf 'bob\none\ntwo\r\n\nthree\n' | nc -N 127.0.0.1 "$port" >bob.out
    hears ann '* bob has left'
    assert_equal "$(sed -n '/bob/p' ann.out)" '* bob is here
bob: one
bob: two
bob: 
bob: three
* bob has left'
    closes
}

# His end is then there at once, while the host still looks at the name.
@test "one who says his name and is gone has been here, though his reader makes no pause" {
    local program=$ROOT/patterns/chat-server/chat-server.c
    mkdir hasty
    sed 's/PACE_MS = 10,/PACE_MS = 0,/' "$program" >hasty.c
    run -1 cmp -s hasty.c "$program"
    "${CC:-cc}" -std=c11 -pthread -I "$ROOT/common" -I "$ROOT/patterns/chat-server" hasty.c -o hasty/chat-server
    BUILD=$PWD/hasty opens
    for guest in {1..30}; do printf 'g%d\n' "$guest" | nc -N 127.0.0.1 "$port" >/dev/null; done
    BUILD=$PWD/hasty closes
    for guest in {1..30}; do grep -qx "[*] g$guest is here" log; done
}

@test "one who never reads is shown out, and holds up nobody" {
    opens
    comes ann
    exec {mute}<>"/dev/tcp/127.0.0.1/$port"
    echo mute >&"$mute"
    hears ann '* mute is here'
    text=$(printf 'x%.0s' {1..240})
    for guest in bob cat dan eve; do
        comes $guest
        fd=line_$guest
        seq -f "%g $text" 300 >&"${!fd}" 3>&- &
    done
    for guest in bob cat dan eve; do
        hears ann "$guest: 300 $text"
        assert_equal "$(grep -c "^$guest: " ann.out)" 300
    done
    hears ann '* mute was too slow'
    waits grep -q 'too slow' log
    assert_equal "$(grep -c 'too slow' log)" 1
    exec {mute}>&-
    closes
}

@test "one who sends garbage troubles nobody, and no terminal either" {
    opens
    comes ann
    comes bob
    head -c 300000 /dev/urandom | nc -N 127.0.0.1 "$port" >/dev/null
    { echo noise && LC_ALL=C tr '\n' '\0' </dev/urandom | head -c 200 && printf '\033[2J\a\b\177\n'; } |
        nc -N 127.0.0.1 "$port" >/dev/null
    hears ann '* noise has left'
    printf 'odd\x1b[31m\nhello\n' | nc -N 127.0.0.1 "$port" >/dev/null
    hears ann 'odd?[31m: hello'
    says bob 'all well'
    hears ann 'bob: all well'
    run -1 env LC_ALL=C grep -q '[[:cntrl:]]' ann.out log
    closes
}

@test "no byte that isn't text gets through: C1 controls, broken UTF-8; text does" {
    local sent expected f=f
    opens
    comes ann
    while read -r sent expected; do
        # shellcheck disable=SC2059  # the formats are below
        printf "$f\n<$sent>\n" | nc -N 127.0.0.1 "$port" >/dev/null 3>&-
        # shellcheck disable=SC2059
        hears ann "$f: <$(printf "$expected")>"
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
    hears ann '* abcdefghijklmno? is here'
    closes
}

@test "a line of 10 MiB costs the one who sends it the room, and us nothing" {
    opens
    comes ann
    comes bob
    fd=line_bob
    (head -c 10485760 /dev/zero | tr '\0' x >&"${!fd}") 2>/dev/null || true
    hears ann '* bob sent too long a line'
    head -c 10485760 /dev/zero | nc -N 127.0.0.1 "$port" >/dev/null || true
    comes cat
    says ann "$(printf 'y%.0s' {1..256})"
    hears cat "ann: $(printf 'y%.0s' {1..256})"
    says ann "$(printf 'y%.0s' {1..257})"
    hears cat '* ann sent too long a line'
    closes
}

@test "there is room for sixteen; the next is told so, until one leaves" {
    opens
    for i in {1..16}; do comes "g$i"; done
    assert_equal "$(nc 127.0.0.1 "$port" </dev/null)" '* no room, sorry'
    goes g7
    hears g1 '* g7 has left'
    comes late
    hears g16 '* late is here'
    closes
    assert_equal "$(tail -n 1 log)" '17 came, 17 left, nobody is in the room'
}

is_full() { [ "$(nc 127.0.0.1 "$port" </dev/null)" = '* no room, sorry' ]; }
is_not_full() { [ "$(nc -w 1 127.0.0.1 "$port" </dev/null)" = '* your name, please' ]; }

@test "those who don't say their name have to go, and there is room again" {
    opens
    comes ann
    exec {trickle}<>"/dev/tcp/127.0.0.1/$port"
    while printf x && sleep 0.5; do :; done >&"$trickle" 2>/dev/null 3>&- &
    # shellcheck disable=SC2034  # held open
    for i in {1..14}; do exec {silent}<>"/dev/tcp/127.0.0.1/$port"; done
    waits is_full
    says ann 'full'
    hears ann 'ann: full'
    waits is_not_full
    comes late
    says ann 'I was silent, too'
    hears late 'ann: I was silent, too'
    exec {trickle}>&-
    closes
    assert_equal "$(grep -c 'is here\|silent' log)" 3
}

# is_asked: the timer of a connection is the keepalive one, 02, and has less than two
# minutes to go; they are counted in hundredths.
is_asked() {
    awk -v at="$(printf '%04X' "$port")" '
        $2 ~ at "$" && $4 == "01" && $6 ~ /^02:/ && $6 < "02:00002EE0" { found = 1 }
        END { exit !found }' /proc/net/tcp
}

@test "a guest who is silent is asked whether he is still there" {
    opens
    comes ann
    waits is_asked # a moment later: first the kernel waits for her kernel's answer
    closes
}

@test "a name is taken once, is short, and can't be an announcement or look like speech" {
    opens
    comes ann
    printf '%s\n' ann '' '* ann' 'ann: I quit' ':' ' ann' 'ann ' abcdefghijklmnopqrstuvwxyz hello | nc -N 127.0.0.1 "$port" >x.out
    assert_equal "$(cat x.out)" '* your name, please
* another name, please
* another name, please
* another name, please
* another name, please
* another name, please
* another name, please
* another name, please
* abcdefghijklmnop is here
abcdefghijklmnop: hello'
    hears ann '* abcdefghijklmnop is here'
    closes
}

# Bob hears it. Ann may not: what she sends until then and nobody reads makes TCP
# throw away what is still on its way to her.
@test "^C with guests on: one talks, one never reads, one has no name; all are gone at once" {
    opens
    comes ann
    comes bob
    exec {mute}<>"/dev/tcp/127.0.0.1/$port" {nobody}<>"/dev/tcp/127.0.0.1/$port"
    echo mute >&"$mute"
    hears ann '* mute is here'
    fd=line_ann
    seq 100000 >&"${!fd}" 2>/dev/null 3>&- &
    hears ann 'ann: 50'
    closes
    assert_equal "$(tail -n 1 log)" '4 came, 4 left, nobody is in the room'
    waits grep -q 'the room is closing' bob.out
    exec {mute}>&- {nobody}>&-
}

@test "^C when there isn't a single descriptor left" {
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind has files of its own'
    need prlimit
    COOKBOOK_WRAP="prlimit --nofile=4:4 ${COOKBOOK_WRAP-}" opens
    closes
    assert_equal "$(tail -n 1 log)" '0 came, 0 left, nobody is in the room'
}

# The server's own writer(), for a guest who takes each line just in time.
@test "one who takes a bit now and then doesn't keep the room from closing" {
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
#define main server
#include "chat-server.c"
#undef main

int main(void)
{
    struct guest *guest = calloc(1, sizeof *guest);
    guest->fd = dup(0);
    guest->out = chan_make(struct message, QUEUE);
    guest->why = "has left"; /* as close_room() says */
    for (int i = 0; i < LINES; i++)
        tell(guest, (struct message){"hello\n"});
    chan_close(guest->out);
    writer(&(struct writer){guest});
    printf("%s\n", taken == 0 ? "nothing" : taken < LINES / 2 ? "some" : "all");
}
END
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I "$ROOT/common" -I "$ROOT/patterns/chat-server" -pthread takes.c -o takes
    assert_equal "$(timeout -k 2 "$LIMIT" ./takes)" some
}

@test "SIGTERM closes the room as well, also an empty one" {
    opens
    closes TERM
    assert_equal "$(cat log)" '* the room is closing
0 came, 0 left, nobody is in the room'
}

@test "^C at random moments, while guests come and go" {
    for ((turn = 0; turn < 5 * RUNS; turn++)); do
        opens
        for guest in 1 2 3 4; do
            while printf 'guest %s\nhello\n' $guest | nc -N -w 1 127.0.0.1 "$port"; do :; done >/dev/null 2>&1 3>&- &
        done
        nc -z 127.0.0.1 "$port" || true
        sleep "0.0$((RANDOM % 90 + 10))"
        closes
    done
    wait
}

@test "a signal that comes while it says that it listens closes the room" {
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
    assert_equal "$(tail -n 1 log)" '0 came, 0 left, nobody is in the room'
}

# opens_stopped: its standard output is a full pipe, $stopped, that nobody reads.
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

@test "an output that nobody reads holds up nobody; the last lines come when it is read again" {
    opens_stopped
    comes ann
    comes bob
    for i in 1 2 3; do
        says ann "line $i"
        hears bob "ann: line $i"
    done
    kill -INT "$pid"
    hears bob '* the room is closing'
    cat <&"$stopped" >printed 3>&- &
    status=0
    wait "$job" || status=$?
    job=
    assert_equal "$status" 0
    waits grep -qx '2 came, 2 left, nobody is in the room' printed
    kill $!
    exec {stopped}>&-
    assert_equal "$(grep . printed | sed -n 3,5p)" "$(printf 'ann: line %s\n' 1 2 3)"
}

@test "lines that the output has no room for are counted" {
    opens_stopped
    comes ann
    fd=line_ann
    seq 300 >&"${!fd}"
    hears ann 'ann: 300'
    kill -INT "$pid"
    cat <&"$stopped" >printed 3>&- &
    wait "$job"
    job=
    waits grep -q 'nobody is in the room' printed
    kill $!
    exec {stopped}>&-
    lost=$(sed -n 's/^~ \([0-9]*\) lines were not printed$/\1/p' err)
    [ "$lost" -gt 0 ]
    # Two more than she said: she is here, and the room is closing.
    assert_equal "$(($(grep -c '^[*a]' printed) + lost))" 302
}

@test "a second signal ends it though nobody reads its output" {
    opens_stopped
    comes ann
    kill -INT "$pid"
    hears ann '* the room is closing'
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

@test "a second signal ends it at once" {
    opens
    signalled_twice
    status=0
    wait "$job" || status=$?
    job=
    assert_equal "$status" $((128 + 15))
}

@test "listens on 127.0.0.1, or where it is told to" {
    opens
    run -1 nc -z 127.0.0.2 "$port"
    nc -z 127.0.0.1 "$port"
    closes
    opens -a 127.0.0.2
    run -1 nc -z 127.0.0.1 "$port"
    nc -z 127.0.0.2 "$port"
    kill -INT "$pid"
    wait "$job"
    job=
}

# sends: the server's own send_all() to one who takes nothing until the sender has
# been stopped and continued, which ends a send that waits for a time.
@test "a server that is stopped and goes on still says all" {
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

enum { LINE = 256, NAME = 16, BUFFER = 8192, PATIENCE_MS = PATIENCE };
#include "net.h"

int main(void)
{
    static char text[100001], seen[1000000];
    int ends[2];
    (void)next_line, (void)listen_on;
    memset(text, 'x', sizeof text - 1);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    set_bounds(ends[0]);
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
            -DPATIENCE="$3" -pthread sends.c -o sends
    }
    build_sends 100 200 5000
    assert_equal "$(timeout -k 2 10 ./sends)" '1 0'
    build_sends 100 2000 1000
    assert_equal "$(timeout -k 2 10 ./sends)" '0 256'
}

@test "where it can't listen it says so, with status 1" {
    opens
    run -1 --separate-stderr play chat-server "$port"
    assert_output ''
    assert_regex "$stderr" "^chat-server: can't listen: Address (already )?in use"
    closes
    run -1 --separate-stderr play chat-server -a 192.0.2.1 0
    assert_regex "$stderr" "^chat-server: can't listen: "
    for address in ::1 localhost 127.0.0.256 ''; do
        run -1 --separate-stderr play chat-server -a "$address" 0
        assert_regex "$stderr" "^chat-server: can't listen: Invalid argument$"
    done
}

port_of() {
    port=$(ports_of "$1")
    [ -n "$port" ] && port=$((16#$port))
}

@test "started without standard files, it gives no guest their numbers" {
    [[ ${COOKBOOK_WRAP-} != valgrind* ]] || skip 'valgrind has files of its own'
    need nc
    LIMIT=$((2 * LIMIT)) play chat-server 0 <&- >&- 2>&- 3>&- &
    job=$!
    waits program_of "$job"
    waits port_of "$pid"
    comes ann
    ls -l "/proc/$pid/fd"
    for fd in 0 1 2; do assert_equal "$(readlink "/proc/$pid/fd/$fd")" /dev/null; done
    kill -TERM "$pid"
    wait "$job"
    job=
}

@test "takes a port, and an address only with one" {
    takes chat-server '[[-a ADDRESS] PORT]   (127.0.0.1)' -1 65536 x '1 2' '-a 127.0.0.1'
}
