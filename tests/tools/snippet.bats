#!/usr/bin/env bats
# scripts/snippet, with every pattern.
load ../helper
load tools

# alone NAME: its snippet compiles in an empty folder and prints the same.
alone() {
    local library='' player=()
    ! not_here "$1" || return 0
    [[ $1 != nats-* ]] || library=' -lnats' player=("$ROOT/scripts/lib/nats-play")
    mkdir "$1" && cd "$1" || return
    our snippet "$1" >"$1.c" || return
    head -n 3 "$1.c" | grep -q "cc -std=c11 -O2 -pthread $1.c -o $1$library\$" || echo "$1: no compile line"
    grep -q 'Zero Clause' "$1.c" || echo "$1: no licence"
    "${CC:-cc}" -std=c11 -O0 -pthread "$1.c" -o "$1" ${library:+"${library# }"} || return
    if [[ ${COOKBOOK_STRICT-} == 1 || $(patterns 1) == *"$1"* ]] && command -v clang >/dev/null; then
        clang -std=c11 -Wall -Wextra -Werror -fsyntax-only "$1.c" || return
    fi
    # The output is the same. If its order varies, the lines or the end are the same. On a
    # busy machine two runs without a seed may differ, so one of ten must agree.
    for _ in {1..10}; do
        # A snippet looks for its sample in the folder where it runs.
        (cd "$ROOT/patterns/$1" && timeout -k 2 10 "${player[@]}" "$OLDPWD/$1") >alone 2>/dev/null || echo "$1: status $?"
        play "$1" >whole 2>/dev/null
        cmp -s alone whole || cmp -s <(sort alone) <(sort whole) ||
            cmp -s <(tail -n 1 alone) <(tail -n 1 whole) || continue
        return
    done
    echo "$1 says other things than its snippet:"
    diff whole alone
}

@test "snippet: every pattern compiles alone in an empty folder, and does the same" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side alone $(patterns)
}

# on_fibers NAME: its snippet with fibers compiles alone, and does its work on fibers and on
# threads.
on_fibers() {
    local option
    mkdir "$1" && cd "$1" || return
    our snippet "$1" --fibers >"$1.c" || return
    head -n 3 "$1.c" | grep -q "cc -std=c11 -O2 -pthread -DCHAN_FIBERS $1.c -o $1\$" || echo "$1: no compile line"
    for option in -DCHAN_FIBERS -UCHAN_FIBERS; do
        "${CC:-cc}" -std=c11 -O0 -pthread $option "$1.c" -o "$1" || return
        # A snippet looks for its sample in the folder where it runs.
        (cd "$ROOT/patterns/$1" && timeout -k 2 10 "$OLDPWD/$1") >out 2>&1 || {
            echo "$1 with $option: status $?"
            cat out
        }
    done
}

@test "snippet --fibers: the patterns of chapter 1 compile alone, and run on fibers and on threads" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side on_fibers $(patterns 1)
}

# crowd.c: prints whether 500 goroutines that wait have few threads or many.
crowd() {
    cat >crowd.c <<'END'
#include "chan.h"
#include <string.h>
static chan(int) never;
static void waits(void *ready)
{
    chan_send((chan(int))ready, 1);
    chan_recv(never, NULL);
}
int main(void)
{
    chan(int) ready = chan_make(int, 0);
    struct waitgroup all = {0};
    int threads = 0;
    never = chan_make(int, 0);
    for (int i = 0; i < 500; i++)
        wg_go(&all, waits, ready);
    for (int i = 0; i < 500; i++)
        chan_recv(ready, NULL);
    FILE *status = fopen("/proc/self/status", "r");
    for (char line[256]; status && fgets(line, sizeof line, status);)
        sscanf(line, "Threads: %d", &threads);
    if (status)
        fclose(status);
    puts(threads < 100 ? "few" : threads > 500 ? "many" : "?");
    chan_close(never);
    wg_wait(&all);
    chan_free(never);
    chan_free(ready);
}
END
}

@test "the header with its fibers in one file, and what the headers without them report" {
    local cc option
    crowd
    for option in --fibers --lab; do
        our snippet --header $option >chan.h
        for cc in "${CC:-cc}" clang; do
            command -v "$cc" >/dev/null || continue
            run -0 "$cc" -std=c11 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DCHAN_FIBERS -pthread crowd.c -o crowd
            assert_output ''
            assert_equal "$(timeout -k 1 20 ./crowd)" few
            run -0 "$cc" -std=c11 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread crowd.c -o crowd
            assert_output ''
            assert_equal "$(timeout -k 1 20 ./crowd)" many
        done
    done
    our snippet --header >chan.h
    run -1 "${CC:-cc}" -std=c11 -DCHAN_FIBERS -pthread crowd.c -o crowd
    assert_output --partial 'scripts/snippet --fibers prints it with them'
    "${CC:-cc}" -std=c11 -pthread crowd.c -o crowd
    assert_equal "$(timeout -k 1 20 ./crowd)" many
    our snippet --bare --fibers channel >channel.c
    assert_equal "$(head -n 1 channel.c)" \
        '/* channel.c -- the pattern alone. Beside chan.h and chan_fibers.h: cc -std=c11 -O2 -pthread -DCHAN_FIBERS -c channel.c */'
}

@test "run --fibers: patterns, programs of pitfalls and files of your own run on fibers" {
    run --separate-stderr -0 our run --fibers channel
    assert_equal "$output" "$("$BUILD/channel")"
    run --separate-stderr -0 our run --fibers pitfalls/forgotten-close/fixed
    crowd
    run --separate-stderr -0 our run --fibers crowd.c
    assert_output few
    run --separate-stderr -0 our run crowd.c
    assert_output many
}

@test "run --fibers, snippet --fibers: misuse, and a pattern that cannot" {
    local words
    for words in '' --all '--pause fan-in' pitfalls/forgotten-close ./fan-in nosuch; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -2 our run --fibers $words
        assert_output ''
        [[ $stderr == scripts/run:* ]]
    done
    run --separate-stderr -2 our run --pause --fibers fan-in
    [[ $stderr == *'--fibers and --pause exclude each other'* ]]
    for words in 'run --fibers nats-generator' 'snippet --fibers nats-generator'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -2 our $words
        [[ $stderr == *'nats-generator runs on threads only: a fiber that waits in the library of NATS holds up others'* ]]
    done
}

# bare NAME: its bare snippet compiles beside chan.h, without a warning and without args.h.
bare() {
    local cc
    ! not_here "$1" || return 0
    our snippet "$1" --bare >"$1.c" || return
    ! grep -nE '\<(args[_(]|arg[cv]\>|opt_|SAMPLES)|include "[^c]' "$1.c" || echo "$1: arguments are left"
    [[ $(grep -c '^#include "chan.h"$' "$1.c") == 1 ]] || echo "$1 does not include chan.h"
    [[ $(wc -l <"$1.c") -lt $(our snippet "$1" | sed '/^\/\* ----- chan.h/,/^\/\* ----- end of chan.h/d' | wc -l) ]] ||
        echo "$1 is not shorter"
    for cc in gcc clang; do
        command -v "$cc" >/dev/null || continue
        "$cc" -std=c11 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread -I"$ROOT/common" \
            -c -o /dev/null "$1.c" || return
    done
}

# has_two_halves NAME: the program marks where its pattern ends.
has_two_halves() {
    grep -qxF '/* ---- The program around it: options, input, report ---- */' "$ROOT/patterns/$1/$1.c" ||
        echo "$1 does not mark where its pattern ends"
}

@test "every program marks where its pattern ends" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side has_two_halves $(patterns)
}

@test "snippet --bare: every pattern compiles beside chan.h, without a warning" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side bare $(patterns)
}

@test "snippet --bare: it ends where the program around the pattern begins" {
    local cc
    copy_tree
    cat >tree/patterns/channel/channel.c <<'END'
/* channel -- a test. below() { is not used above.
 */
#include "chan.h"
#include "args.h"
#include <stdio.h>

static const char *samples[] = {"{", "below()"}; /* static */
static int used = 3;

struct below {
    chan(int) below;
};

static int recursive(int n)
{
    return n ? recursive(n - 1) : used;
}

static void worker(void *arg)
{
    chan_send(((struct below *)arg)->below, 1); /* samples[0], below() */
}

static chan(int) below(const struct below *first,
                       const struct below *second)
{
    go(worker, *first);
    return second->below;
}

/* ---- The program around it: options, input, report ---- */

#include "no-such-file.h"
int main(int argc, char **argv)
{
    return args_number(argc, argv, samples[0], 1, 1, 2) + recursive(used) + !below(0, 0);
}
END
    our snippet --bare channel >channel.c
    run cat channel.c
    assert_line --index 0 '/* channel.c -- the pattern alone. Beside chan.h: cc -std=c11 -O2 -pthread -c channel.c */'
    refute_output --partial args
    refute_output --partial 'program around'
    assert_line 'int recursive(int n)'
    assert_line 'static void worker(void *arg)'
    assert_line 'const char *samples[] = {"{", "below()"}; /* static */'
    assert_output --partial $'\nchan(int) below(const struct below *first,\n                const struct below *second)\n{'
    assert_equal "${lines[-1]}" '}'
    for cc in gcc clang; do
        command -v "$cc" >/dev/null || continue
        "$cc" -std=c11 -Wall -Wextra -Werror -pthread -I"$ROOT/common" -c -o channel.o channel.c
    done
}

@test "snippet --bare: a program without this mark is printed whole" {
    our snippet --bare pitfalls/forgotten-close/fixed >fixed.c
    assert_equal "$(head -n 1 fixed.c)" \
        '/* forgotten-close-fixed.c -- the pattern alone. Beside chan.h: cc -std=c11 -O2 -pthread forgotten-close-fixed.c */'
    sed 1d fixed.c | diff "$ROOT/patterns/pitfalls/forgotten-close/fixed.c" -
    # What reads the arguments of a program is in its place.
    copy_tree
    sed -i '/^.. ---- The program around it/d' tree/patterns/goroutine/goroutine.c
    our snippet --bare goroutine >goroutine.c
    assert_equal "$(grep '^#include "' goroutine.c)" '#include "chan.h"'
    "${CC:-cc}" -std=c11 -O0 -pthread -I"$ROOT/common" goroutine.c -o goroutine
    run -0 timeout -k 2 10 ./goroutine --forget
    assert_line 'main: returns without waiting'
}

@test "snippet --bare: misuse" {
    run --separate-stderr -2 our snippet --bare
    run --separate-stderr -2 our snippet channel --bore
    run --separate-stderr -2 our snippet channel fan-in --bare
}
