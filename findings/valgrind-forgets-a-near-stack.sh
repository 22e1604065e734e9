#!/usr/bin/env bash
# memcheck calls the variables of a coroutine uninitialised after a switch to a near stack and back.
#
# The guess: memcheck knows switches of stacks, because its manual has a section about them and it
# prints "client switching stacks?". If it took a switch for something else, it would print that.
# The fact: memcheck guesses from the distance. A stack pointer that jumps by more than 2,000,000
# bytes is a switch, and then the line appears. A smaller jump is taken for a function's frame,
# without a word. A jump up then counts as a return, and all that lies between is forgotten; the
# jump back counts as a call, and all of it is new and uninitialised. So a correct program whose
# stacks lie 64 KiB or a megabyte apart, as those of fibers do, gets reports, and the same program
# with stacks four megabytes apart gets none. --max-stackframe=N, less than the distance, is the
# cure; so is VALGRIND_STACK_REGISTER in the program.
#
# Seen with valgrind 3.19 (Debian 12), swapcontext() of glibc 2.36. Source: the reports themselves;
# --max-stackframe in section 4.3 of valgrind's manual speaks of large frames, not of near stacks.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >near.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

enum { STACK = 64 * 1024 };
static ucontext_t begin, low, high;

static void fills_and_adds(void)
{
    volatile int value[16];
    int sum = 0;
    for (int i = 0; i < 16; i++)
        value[i] = i;
    swapcontext(&low, &high);
    for (int i = 0; i < 16; i++)
        sum += value[i];
    puts(sum == 120 ? "the sum is right" : "the sum is wrong");
}

static void goes_back(void)
{
    swapcontext(&high, &low);
}

static void prepare(ucontext_t *c, char *stack, void (*f)(void))
{
    getcontext(c);
    c->uc_stack.ss_sp = stack;
    c->uc_stack.ss_size = STACK;
    c->uc_link = &begin;
    makecontext(c, f, 0);
}

int main(int argc, char **argv)
{
    size_t apart = argc > 1 ? (size_t)atol(argv[1]) : STACK;
    char *stacks = malloc(apart + STACK);
    if (!stacks)
        return 1;
    prepare(&low, stacks, fills_and_adds);
    prepare(&high, stacks + apart, goes_back);
    swapcontext(&begin, &low);
    free(stacks);
    return 0;
}
END

# looks APART [OPTION...]: sets said to the number of reports, and prints it.
looks() {
    local apart=$1
    shift
    limited 60 root/usr/bin/valgrind "$@" ./near "$apart" >out 2>&1 || :
    said=$(grep -c -e 'uninitialised' -e 'Invalid read' out || :)
    printf '  stacks %s bytes apart%s: %s reports; lines about a switch, of which it prints three at most: %s\n' "$apart" "${1:+, $1}" \
        "$said" "$(grep -c 'client switching stacks' out || :)"
}

fetch valgrind=1:3.19.0-1
export VALGRIND_LIB="$PWD/root/usr/libexec/valgrind"
limited 60 gcc -g -O1 near.c -o near || skip 'no C compiler'
root/usr/bin/valgrind --version
limited 10 ./near 65536
for apart in 65536 1000000; do
    looks "$apart"
    [ "$said" -gt 0 ] || changed "nothing is reported for stacks $apart bytes apart"
done
looks 4000000
[ "$said" = 0 ] || changed 'stacks four megabytes apart are reported too'
looks 65536 --max-stackframe=20000
[ "$said" = 0 ] || changed '--max-stackframe is no cure'
echo 'as stated: a near stack is taken for a frame'
