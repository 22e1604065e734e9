#!/usr/bin/env bats
# scripts/race on small programs, tests/race/NAME.c. Each races; with the argument
# `fixed` it does not. Comments in them mark the lines that are to be named.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154  # the stand-ins' scripts expand later; run sets stderr, status, output
load ../helper

setup() {
    cd "$ROOT" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS TSAN_OPTIONS CFLAGS LDFLAGS COOKBOOK_LIMIT
    export NO_COLOR=1
    make -s build/tools/limited
}

race() {
    timeout -k 2 300 scripts/race -o "$BATS_TEST_TMPDIR" "$@"
}

# spot NAME MARK: the line of tests/race/NAME.c that has this comment.
spot() {
    local line
    line=$(grep -nF "/* $2 */" "tests/race/$1.c" | cut -d : -f 1)
    echo "tests/race/$1.c:$line"
}

# fits: the report fits 80 columns.
fits() {
    [[ -z $(awk 'length($0) > 79' <<<"${output-}") ]]
}

# told NAME HEAD WHO MARK WHO MARK HINT: the race is found, and the report has these parts.
# The fixed program has none.
told() {
    local name=$1 head=$2 found one other
    run -66 race -n 4 "tests/race/$name.c"
    assert_line --regexp "^race on $head"
    found=$(tr '\n' ' ' <<<"$output" | tr -s ' ')
    one=$(spot "$name" "$4") other=$(spot "$name" "$6")
    [[ $found == *" $3: $one "*" $5: line ${other#*:} "* || $found == *" $3: line ${one#*:} "*" $5: line ${other#*:} "* ]]
    [[ $found == *"$7"* ]]
    # Each race names its file once.
    assert_equal "$(grep -c "tests/race/$name.c" <<<"$output")" "$(grep -c '^race on' <<<"$output")"
    fits
    assert_line --regexp "^In full.*: $BATS_TEST_TMPDIR/$name.txt\$"
    racy=$found
    grep -q 'WARNING: ThreadSanitizer' "$BATS_TEST_TMPDIR/$name.txt"
    run --separate-stderr -0 race "tests/race/$name.c" -n 2 fixed
    assert_line 'no race seen in 2 runs'
    assert_equal "$stderr" ''
}

# tell_all: checks the report of every racy program.
tell_all() {
    local line
    told counter 'counted, a global variable \(seen in [0-9]+ of 4 runs\)' \
        'goroutine count reads and writes it' 'a race' 'another count reads and writes it' 'a race' \
        'Let one goroutine own counted'
    line=$(spot result started)
    told result 'answer, on the stack of main ' 'goroutine compute writes it' written \
        'main reads it' read "started the goroutine at line ${line#*:}, and does not wait for it"
    line=$(spot loop started)
    told loop 'i, on the stack of main ' 'main reads and writes it' written \
        'goroutine show reads it' read "got the address of i, at line ${line#*:}"
    [[ $racy == *'`go(show, i)`'* ]]
    told field 'account\.visits, a global variable ' 'goroutine visit reads and writes it' 'a race' \
        'another visit reads and writes it' 'a race' 'one change is lost'
    told heap "letter->pages, in the heap block allocated at $(spot heap allocated)" \
        'main writes it' written 'goroutine reader reads it' read 'after it was passed on'
    told stop 'stop, a global variable ' 'main writes it' written \
        'goroutine until_flag reads it' read 'scripts/run quit-channel'
}

@test "every race is reported with its variable and lines, every fixed program is clean" {
    tell_all
}

@test "the same with clang" {
    need clang
    CC=clang tell_all
}

# judged CASE: the race is reported in at least 18 of 20 runs, and the fixed program in none.
judged() {
    run -66 race -n 20 "$BATS_TEST_TMPDIR/order" "$1"
    assert_line --regexp '^race on x, a global variable \(seen in (18|19|20) of 20 runs\)'
    run -0 race -n 5 "$BATS_TEST_TMPDIR/order" "$1" fixed
    assert_line 'no race seen in 5 runs'
}

# build_order COMPILER: builds tests/race/order.c, once for all its cases.
build_order() {
    "$1" -std=c11 -O0 -g -fsanitize=thread -pthread -Icommon -o "$BATS_TEST_TMPDIR/order" tests/race/order.c
}

@test "what the header does not promise to order is a race in 18 of 20 runs" {
    local case
    build_order gcc
    for case in len semaphore close receive senders full pairs 'done' ended; do
        judged "$case"
    done
}

@test "the same for some of them with clang" {
    need clang
    local case
    build_order clang
    for case in semaphore receive full ended; do
        judged "$case"
    done
}

# pauses_show NAME: the race that runs without pauses hardly ever show is reported with the number
# that determines the pauses, and the fixed program has none.
pauses_show() {
    local n found=''
    for n in 1 2 3; do
        CHAN_PAUSES=$n run race "tests/race/$1.c" -n 5
        fits
        found+=" $status $(tr '\n' ' ' <<<"$output")"
    done
    [[ $found == *66*", all with pauses: CHAN_PAUSES="[123]")"*66*", all with pauses: CHAN_PAUSES="[123]")"* ]]
    CHAN_PAUSES=1 run -0 race "tests/race/$1.c" -n 3 fixed
    assert_line 'no race seen in 3 runs'
}

@test "pauses show a race that other runs hardly ever show, of goroutines and of plain pthreads" {
    pauses_show drained
    pauses_show locked
}

@test "the same for goroutines with clang" {
    need clang
    CC=clang pauses_show drained
}

@test "every second run makes pauses, no run with CHAN_PAUSES=0, and a program that is built too" {
    local full=$BATS_TEST_TMPDIR/built.txt
    "${CC:-cc}" -g -fsanitize=thread -pthread -Icommon tests/race/drained.c -o "$BATS_TEST_TMPDIR/built"
    run race -n 12 "$BATS_TEST_TMPDIR/built"
    assert_equal "$(sed -n 's/^=.*, CHAN_PAUSES=\(.*\): exit.*/\1/p' "$full" | paste -s -d ' ' -)" '0 1 0 2 0 3 0 4 0 5 0 6'
    assert_equal "$status" 66
    CHAN_PAUSES=0 run race -n 2 "$BATS_TEST_TMPDIR/built"
    assert_equal "$(grep -c 'CHAN_PAUSES=0: exit status 0' "$full")" 2
}

# crosswise_told: both locks, and the lines where each was taken.
crosswise_told() {
    local holds takes
    run -66 race -n 2 tests/race/crosswise.c
    assert_line --index 0 'locks taken in opposite orders: a possible deadlock (seen in 2 of 2 runs)'
    holds=$(spot crosswise 'holds the second') takes=$(spot crosswise 'takes the first')
    found=$(tr '\n' ' ' <<<"$output" | tr -s ' ')
    [[ $found == *"goroutine forwards locks A, then B: A in forwards: $(spot crosswise 'holds the first') "* ]]
    [[ $found == *" B in forwards: line $(spot crosswise 'takes the second' | cut -d : -f 2) pthread_mutex_lock(&second);"* ]]
    [[ $found == *"goroutine backwards locks B, then A: B in lock: line "*" called in backwards: line ${holds#*:} "* ]]
    [[ $found == *" A in lock: "*" called in backwards: line ${takes#*:} lock(&first); "* ]]
    fits
    run -0 race -n 2 tests/race/crosswise.c fixed
}

@test "locks in opposite orders: both locks, and where each was taken" {
    local found
    crosswise_told
    ! command -v clang >/dev/null || CC=clang crosswise_told
}

@test "a crash: the lines of the program's own file" {
    local line
    line=$(spot crashes calls)
    run --separate-stderr -1 race -n 2 tests/race/crashes.c
    assert_output ''
    run -1 race -n 2 tests/race/crashes.c
    assert_line 'crash: a read through a null pointer (SIGSEGV) (seen in 2 of 2 runs)'
    assert_line "    in sum: $(spot crashes crashes)"
    assert_line "    called in adds: line ${line#*:}"
    refute_output --partial chan.h
    fits
}

@test "locks of C11, threads of C11, and locks with a clock order what they guard" {
    local lock
    for lock in mtx_lock mtx_trylock clocklock clockwrlock semaphore threads; do
        run -0 race tests/race/locks.c -n 2 "$lock"
        assert_line 'no race seen in 2 runs'
        run -66 race tests/race/locks.c -n 2 "$lock" none
        assert_line --regexp '^race on counted, '
    done
}

@test "a forked child that ThreadSanitizer ends: it cannot be checked" {
    cd "$BATS_TEST_TMPDIR" || return
    cat >forks.c <<'END'
#include "chan.h"
#include <sys/wait.h>
static void waits(void *arg) { (void)arg; pause(); }
static void f(void *arg) { (void)arg; }
int main(void)
{
    struct waitgroup wg = {0};
    go(waits);
    if (fork() == 0) {
        wg_go(&wg, f);
        wg_wait(&wg);
        _exit(0);
    }
    wait(NULL);
}
END
    cd "$ROOT" || return
    run --separate-stderr -1 race "$BATS_TEST_TMPDIR/forks.c" -n 1
    assert_output ''
    [[ $stderr == *'cannot be checked'*'Fork before the first go()'* ]]
}

@test "CFLAGS are added to the flags that make a race visible" {
    cd "$BATS_TEST_TMPDIR" || return
    cat >added.c <<'END'
#include "chan.h"
#if ADDED != 7 || defined __OPTIMIZE__
#error "the flags are others"
#endif
int main(void) { return 0; }
END
    cd "$ROOT" || return
    CFLAGS=-DADDED=7 run -0 race "$BATS_TEST_TMPDIR/added.c" -n 1
}

@test "mutexes, atomics, free, statics and threads of pthread_create" {
    cd "$BATS_TEST_TMPDIR" || return
    cat >many.c <<'END'
#include "chan.h"
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int half;
static atomic_int mixed, ended;
static void some(void *arg)
{
    int *freed = *(int **)arg;
    static int calls;
    sleep_ms(10);
    calls++;
    half++;
    mixed++;
    *freed = 3;
    atomic_fetch_add_explicit(&ended, 1, memory_order_relaxed); /* orders nothing */
}
static void *thread(void *arg)
{
    *(int *)arg = 1;
    return NULL;
}
int main(void)
{
    pthread_t id;
    int mine = 0, *block = malloc(sizeof *block);
    struct box { int *block; } box = { block };
    go(some, box);
    go(some, box);
    free(block);
    *(int *)&mixed = 3;
    pthread_create(&id, NULL, thread, &mine);
    mine = 2;
    pthread_join(id, NULL);
    pthread_mutex_lock(&mutex);
    half++;
    pthread_mutex_unlock(&mutex);
    while (atomic_load_explicit(&ended, memory_order_relaxed) < 2)
        sleep_ms(1);
}
END
    cd "$ROOT" || return
    run -66 race "$BATS_TEST_TMPDIR/many.c" -n 2
    assert_line --regexp '^race on calls, a static variable of some '
    assert_output --regexp 'race on half, .*Only one of them holds a mutex'
    assert_output --regexp 'race on mixed, .*One access is atomic'
    assert_output --regexp 'main frees it: line 28'
    assert_output --regexp 'race on mine, .*thread thread writes it: .*main writes it'
}

@test "a pattern is clean, and the report adds that this is no proof" {
    run --separate-stderr -0 race channel -n 2
    assert_line --index 0 'no race seen in 2 runs'
    assert_output --partial 'no proof'
    assert_equal "$stderr" ''
    [ -s "$BATS_TEST_TMPDIR/channel.txt" ]
}

@test "arguments are the program's; a program that fails is an error" {
    run --separate-stderr -1 race channel -n 1 --no-such-option
    assert_output ''
    [[ $stderr == *'exit status 2'*usage:* ]]
    run --separate-stderr -1 race channel -n 1 -- -n 3
    [[ $stderr == *'exit status 2'* ]]
}

@test "a race counts for more than the end of a program that panics or crashes" {
    cd "$BATS_TEST_TMPDIR" || return
    cat >ends.c <<'END'
#include "chan.h"
static int n;
static atomic_bool changed;
static void f(void *arg)
{
    (void)arg;
    n++;
    atomic_store_explicit(&changed, true, memory_order_relaxed); /* orders nothing */
}
int main(int argc, char **argv)
{
    if (argc > 2) {
        go(f);
        while (!atomic_load_explicit(&changed, memory_order_relaxed))
            sleep_ms(1);
        n++; /* the second of the two reports the race, before it goes on */
    }
    if (argv[1][0] == 'p')
        chan_close((void *)0);
    *(volatile int *)8 = 1;
}
END
    cd "$ROOT" || return
    run --separate-stderr -1 race "$BATS_TEST_TMPDIR/ends.c" -n 1 panic
    [[ $stderr == *'exit status 134'*'panic: close of nil channel'* ]]
    run --separate-stderr -1 race "$BATS_TEST_TMPDIR/ends.c" -n 1 crash
    [[ $stderr == *'the program crashed'*'null pointer (SIGSEGV)'*'in main: '* ]]
    run --separate-stderr -66 race "$BATS_TEST_TMPDIR/ends.c" -n 1 panic race
    [[ $output == *'race on n'* && $stderr == *'exit status 134'* ]]
}

@test "your own program, from another folder, under any name, by way of a link" {
    local name
    ln -s "$ROOT/scripts/race" "$BATS_TEST_TMPDIR/link"
    for name in "it's mine" 'back\slash' 'double"quote' '$dollar & blank'; do
        mkdir "$BATS_TEST_TMPDIR/$name" && cd "$BATS_TEST_TMPDIR/$name" || return
        cp "$ROOT/tests/race/result.c" 'my program.c'
        TMPDIR=$PWD run --separate-stderr -66 timeout -k 2 300 "$ROOT/scripts/race" -n 1 'my program.c'
        assert_output --regexp "goroutine compute writes it: my program.c:[0-9]+"
        assert_line 'In full, with what the program wrote: my program.race.txt'
        assert_equal "$(ls)" $'my program.c\nmy program.race.txt'
        rm 'my program.race.txt'
        run --separate-stderr -0 timeout -k 2 300 "$ROOT/scripts/race" -n 1 'my program.c' fixed
        assert_equal "$(ls)" 'my program.c' # nothing to report, nothing left
    done
    run --separate-stderr -66 timeout -k 2 300 "$BATS_TEST_TMPDIR/link" -n 1 'my program.c'
}

@test "several files, and the arguments behind them; a program that is built already" {
    cd "$BATS_TEST_TMPDIR" || return
    cat >one.c <<'END'
#include "chan.h"
void count(void *arg);
int counted;
int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    wg_go(&wg, count);
    if (argc == 2 && argv[1][0] == 'f')
        wg_wait(&wg);
    counted++;
    wg_wait(&wg);
}
END
    cat >two.c <<'END'
#include "chan.h"
extern int counted;
void count(void *arg);
void count(void *arg)
{
    (void)arg;
    counted++;
}
END
    run -66 timeout -k 2 300 "$ROOT/scripts/race" one.c two.c -n 2
    assert_line --regexp '^race on counted, '
    assert_output --partial 'goroutine count reads and writes it: two.c:7'
    run -0 timeout -k 2 300 "$ROOT/scripts/race" one.c two.c -n 2 fixed
    "${CC:-cc}" -g -fsanitize=thread -pthread -I"$ROOT/common" one.c two.c -o racy
    run -66 timeout -k 2 300 "$ROOT/scripts/race" -n 2 ./racy
    assert_line --regexp '^race on counted, '
    "${CC:-cc}" -pthread -I"$ROOT/common" one.c two.c -o plain
    run -2 timeout -k 2 300 "$ROOT/scripts/race" -n 2 ./plain
    assert_output --partial "'./plain' was not compiled with -fsanitize=thread"
    assert_output --partial "make clean all CFLAGS="
    "${CC:-cc}" -DCHAN_LAB -pthread -I"$ROOT/common" one.c two.c -o plain
    run -2 timeout -k 2 300 "$ROOT/scripts/race" -n 2 ./plain
    assert_output --partial "'./plain' was not compiled with -fsanitize=thread"
    "${CC:-cc}" -DCHAN_LAB -fsanitize=thread -pthread -I"$ROOT/common" one.c two.c -o plain
    run -2 timeout -k 2 300 "$ROOT/scripts/race" -n 2 ./plain
    assert_output --partial "'./plain' was compiled with -DCHAN_LAB"
}

# ^C goes to the whole process group. After that neither a process nor a file is left.
@test "-k keeps the program that was built, and it runs again without a build" {
    local kept=$BATS_TEST_TMPDIR/kept
    run -66 race -n 2 -k "$kept" tests/race/counter.c
    assert_line --regexp '^race on counted, '
    run -66 race -n 2 "$kept"
    assert_line --regexp '^race on counted, '
    run --separate-stderr -0 race -n 2 "$kept" fixed
    assert_line 'no race seen in 2 runs'
    # It is the program itself, which runs alone too.
    run -0 timeout -k 2 "$LIMIT" "$kept" fixed
    run -2 race -k
    assert_output --partial '-k takes the name of a file'
}

@test "interrupted while the program runs, it ends at once and leaves nothing" {
    local n began group
    mkdir "$BATS_TEST_TMPDIR/temporary"
    cd "$BATS_TEST_TMPDIR" || return
    cat >naps.c <<'END'
#include "chan.h"
int main(void)
{
    FILE *f = fopen("started", "w");
    fclose(f);
    for (int i = 0; i < 600; i++)
        sleep_ms(100);
}
END
    TMPDIR=$BATS_TEST_TMPDIR/temporary setsid env --default-signal=INT \
        timeout --foreground -k 20 100 "$ROOT/scripts/race" -n 1 naps.c >said 2>&1 </dev/null 3>&- &
    group=$!
    for ((n = 0; n < 600; n++)); do
        [[ ! -e started ]] || break
        sleep 0.1
    done
    [[ -e started ]]
    began=$SECONDS
    kill -INT -- "-$group"
    wait "$group" || true
    ((SECONDS - began < 20)) # the program takes a minute
    assert_equal "$(ls temporary)" ''
    assert_equal "$(ls -- *.txt 2>/dev/null)" ''
    gone "$BATS_TEST_TMPDIR/temporary/"
}

@test "standard output that is closed or full is an error" {
    run -1 bash -c 'timeout -k 2 300 scripts/race -n 1 channel >&-'
    [[ ! -e /dev/full ]] || run -1 bash -c 'timeout -k 2 300 scripts/race -n 1 channel >/dev/full'
}

@test "a program that does not compile, and one that does not end" {
    cd "$BATS_TEST_TMPDIR" || return
    echo 'no C at all' >wrong.c
    printf '#include <unistd.h>\nint main(void) { return pause(); }\n' >stays.c
    run --separate-stderr -1 timeout -k 2 60 "$ROOT/scripts/race" wrong.c
    assert_output ''
    [[ $stderr == *wrong.c:1*'does not compile'* ]]
    COOKBOOK_LIMIT=1 run --separate-stderr -124 timeout -k 2 60 "$ROOT/scripts/race" stays.c
    assert_output ''
    [[ $stderr == *'no end after 1 s, in run 1 of 5'*'delays a signal'* ]]
}

@test "misuse: status 2" {
    local -a wrong
    for wrong in '' '-n' '-n 0 channel' '-n x channel' 'channel -n' 'channel -n 1.5' 'channel -n -3' \
        '--no-such-option' 'chanel' 'nosuch.c'; do
        # shellcheck disable=SC2086  # words
        run --separate-stderr -2 race $wrong
        assert_output ''
    done
    [[ $stderr == *"no file 'nosuch.c'"* ]]
    run --separate-stderr -0 race -h
    assert_output --partial 'scripts/race [-n RUNS]'
    assert_equal "$stderr" ''
}

# stand_in SCRIPT: makes a compiler whose programs run SCRIPT.
stand_in() {
    printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/program"
    cat >"$BATS_TEST_TMPDIR/cc" <<END
#!/bin/sh
while [ "\$1" != -o ]; do shift; done
cp '$BATS_TEST_TMPDIR/program' "\$2" && chmod +x "\$2"
END
    chmod +x "$BATS_TEST_TMPDIR/cc"
}

# ThreadSanitizer writes both to the log and to standard error, and so does this.
@test "addresses that ThreadSanitizer cannot use: how to go on" {
    local words where
    for words in 'FATAL: ThreadSanitizer: unexpected memory mapping 0x5d7f8e4ba000-0x5d7f8e4ca000' \
        'FATAL: ThreadSanitizer: encountered an incompatible memory layout even though ASLR is disabled.' \
        'ThreadSanitizer: CHECK failed: tsan_platform_linux.cpp:282 "((personality(old_personality | ADDR_NO_RANDOMIZE))) != ((-1))" (0xffffffffffffffff, 0xffffffffffffffff)'; do
        for where in '>&2' '>"$(echo "$TSAN_OPTIONS" | tr : "\n" | sed -n "s/^log_path=//p" | tr -d "\047").1"'; do
            stand_in "echo '$words' $where; exit 0"
            CC=$BATS_TEST_TMPDIR/cc run --separate-stderr -1 race tests/race/counter.c
            assert_output ''
            [[ $stderr == *"$words"*'setarch -R scripts/race tests/race/counter.c'*'sysctl vm.mmap_rnd_bits=28'*helgrind* ]]
        done
    done
    stand_in "echo 'FATAL: ThreadSanitizer: failed to allocate memory' >&2; exit 66"
    CC=$BATS_TEST_TMPDIR/cc run --separate-stderr -1 race tests/race/counter.c
    [[ $stderr == *'failed to allocate memory'* && $stderr != *setarch* ]]
}

@test "a compiler without ThreadSanitizer: what to install" {
    cat >"$BATS_TEST_TMPDIR/cc" <<'END'
#!/bin/sh
case " $* " in
*' -fsanitize=thread '*) echo '/usr/bin/ld: cannot find -ltsan: No such file or directory' >&2; exit 1 ;;
esac
END
    chmod +x "$BATS_TEST_TMPDIR/cc"
    CC=$BATS_TEST_TMPDIR/cc run --separate-stderr -1 race tests/race/counter.c
    assert_output ''
    [[ $stderr == *'cannot find -ltsan'*'apt-get install'* ]]
}

@test "every awk prints the same summary of the reports" {
    local awk said=''
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    run -66 race -n 1 tests/race/loop.c
    sed -n 's/^===== run \([0-9]*\).*/@run \1/p; t; p' "$BATS_TEST_TMPDIR/loop.txt" >"$BATS_TEST_TMPDIR/reports"
    for awk in awk mawk 'gawk --posix' original-awk 'busybox awk'; do
        command -v "${awk%% *}" >/dev/null || continue
        # shellcheck disable=SC2086  # words
        RACE_HERE=$ROOT/ RACE_COUNT=$BATS_TEST_TMPDIR/count run --separate-stderr -0 $awk -v runs=1 \
            -f scripts/lib/race.awk "$BATS_TEST_TMPDIR/reports"
        assert_equal "$stderr" ''
        assert_output --partial 'race on i, on the stack of main (seen in 1 of 1 run)'
        said=${said:-$output}
        assert_equal "$output" "$said"
    done
}
