#!/usr/bin/env bash
# A look at a program with strace makes its epoll_wait fail.
#
# The guess: EINTR comes from a signal handler. A program without one needs no loop around its
# system calls, and strace -p only watches.
# The fact: strace stops the thread to attach, without any signal that the program could see. Most
# calls go on as if nothing had happened: poll() does. epoll_wait() and sigtimedwait() end with
# EINTR. SIGSTOP and SIGCONT (^Z and fg) do the same. A program that treats the error as fatal exits
# when its user only wants to see why it hangs.
#
# Seen with strace 6.1 (Debian 12) and Linux 6.18. Source: signal(7), "Interruption of system calls
# and library functions by stop signals", names the calls, and SIGSTOP, not strace; reports:
# bpftrace issue 712, keepalived issue 1883.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >wait.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int wait_by_epoll(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(0);
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event))
        return -1;
    return epoll_wait(epoll, &event, 1, 30000);
}

static int wait_by_sigtimedwait(void)
{
    struct timespec limit = {.tv_sec = 30};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return sigtimedwait(&set, NULL, &limit);
}

static int wait_by_poll(void)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&fd, 1, 30000);
}

int main(int argc, char **argv)
{
    int n;
    if (argc < 2)
        return 1;
    if (strcmp(argv[1], "epoll_wait") == 0)
        n = wait_by_epoll();
    else if (strcmp(argv[1], "sigtimedwait") == 0)
        n = wait_by_sigtimedwait();
    else
        n = wait_by_poll();
    printf("%s\n", n > 0 ? "gets its input" : strerror(errno));
    return 0;
}
END

# until_true COMMAND...: waits for at most 20 seconds.
until_true() {
    local try
    for ((try = 0; try < 400; try++)); do
        ! "$@" || return 0
        sleep 0.05
    done
    return 1
}
program_sleeps() {
    grep -q '^Name:.wait$' "/proc/$program/status" && grep -q '^State:.S' "/proc/$program/status"
}
strace_has_it() {
    [ -s strace.log ] || grep -q attached strace.err || ! kill -0 "${children[-1]}" 2>/dev/null
}

# look CALL: starts the program, looks at it with strace, then gives it its input.
look() {
    rm -f lines strace.log
    : >strace.err
    mkfifo lines
    exec 3<>lines
    ./wait "$1" <lines >out 3>&- &
    program=$!
    children+=("$program")
    until_true program_sleeps || skip 'the program does not come to its call'
    timeout -k 1 30 "$strace" -o strace.log -p "$program" 2>strace.err 3>&- &
    children+=("$!")
    until_true strace_has_it || skip 'strace does not attach'
    [ -s strace.log ] || grep -q attached strace.err ||
        skip "strace may not attach: $(tail -n 1 strace.err)"
    kill "${children[-1]}" 2>/dev/null || :
    echo 'a line' >&3
    wait "$program" || changed "the program ends with status $?"
    ended_with || :
    children=()
    exec 3>&-
    echo "$1 after a look with strace: $(cat out)"
}

fetch strace=6.1-0.1 libunwind8=1.6.2-3
strace=root/usr/bin/strace
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name libunwind-ptrace.so.0)")
export LD_LIBRARY_PATH
"$strace" -V | head -n 1
uname -sr
limited 60 cc wait.c -o wait || skip 'no C compiler'

look poll
[ "$(cat out)" = 'gets its input' ] || changed 'poll is interrupted as well'
for call in epoll_wait sigtimedwait; do
    look "$call"
    [ "$(cat out)" = 'Interrupted system call' ] || changed "$call goes on after the look"
done
echo 'as stated: strace interrupts what it looks at'
