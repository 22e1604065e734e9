#!/usr/bin/env bash
# mawk reads a pipe until 4,096 bytes are there, before it looks at the first line.
#
# The guess: awk handles a line when the line has come, and buffers only its output; a program that
# wants the output at once calls fflush(). So in "producer | awk '{ print; fflush() }' | consumer"
# each stage handles a line while the next one is being made.
# The fact: mawk collects a full block of input first. A line is handled when 4,096 bytes have
# come or the producer has ended, and fflush() has nothing to flush. A slow pipeline that works
# with other awks is silent with mawk, which is Debian's own awk.
# "-W interactive" makes mawk read line by line (and write without a buffer).
#
# Seen with mawk 1.3.4 20200120 (Debian 12) beside busybox awk 1.35 and original-awk 20220912.
# Source: mawk(1), option -W interactive; no page says that the input is held back without it.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

# answer COMMAND...: gives the command one line through a pipe that stays open. Prints whether
# the line comes out within PATIENCE seconds, then ends the pipe and checks that it comes then.
answer() {
    local try
    rm -f lines out
    mkfifo lines
    timeout -k 1 60 "$@" <lines >out &
    children+=("$!")
    exec 3<>lines
    printf 'first\n' >&3
    said='no line while the pipe is open'
    for ((try = 0; try < patience * 20; try++)); do
        if [ -s out ]; then
            said='the line comes at once'
            break
        fi
        sleep 0.05
    done
    [ -z "$more" ] || fill_the_block
    exec 3>&-
    ended_with || skip "$1 failed"
    [ "$(head -n 1 out)" = first ] || changed "$1 does not print its line at all"
}

# With more=1, answer() goes on to write 4,096 bytes and sees whether that sets the line free.
fill_the_block() {
    local try
    printf '%4095s\n' . >&3
    for ((try = 0; try < 400; try++)); do
        [ ! -s out ] || return 0
        sleep 0.05
    done
    changed "4,096 more bytes do not set the line free"
}

fetch mawk=1.3.4.20200120-3.1 original-awk=2022-09-12-1 busybox-static=1:1.35.0-4+deb12u1+b1
mawk=root/usr/bin/mawk
program='{ print; fflush() }'
"$mawk" -W version 2>&1 | head -n 1

more=
patience=20
for awk in root/usr/bin/original-awk "root/bin/busybox awk" "$mawk -W interactive"; do
    # shellcheck disable=SC2086  # a command and its first words
    answer $awk "$program"
    echo "${awk##*/}: $said"
    [ "$said" = 'the line comes at once' ] || changed "${awk##*/} holds a line back as well"
done

more=1
patience=2
answer "$mawk" "$program"
echo "mawk: $said; it comes with 4,096 more bytes"
[ "$said" != 'the line comes at once' ] || changed 'mawk handles a line when it comes'
echo "as stated: mawk waits for a full block"
