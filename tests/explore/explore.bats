#!/usr/bin/env bats
# scripts/explore: every seed, every order, and the shortest way to a failure.
# shellcheck disable=SC2016,SC2030,SC2031  # the commands' shells expand later, run sets output
load ../helper

setup_file() {
    local name compilers=()
    cd "$BATS_TEST_DIRNAME/../.." || return
    make -s build/lab.o build/tools/limited build/tools/explore >&2 || return
    for name in lost two draw odd crew; do
        cc -std=c11 -O1 -pthread -DCHAN_LAB -DCHAN_LAB_LINKED -Icommon -o "$BATS_FILE_TMPDIR/$name" \
            "tests/explore/$name.c" build/lab.o &
        compilers+=($!)
    done
    cc -std=c11 -O1 -pthread -Icommon -o "$BATS_FILE_TMPDIR/plain" tests/explore/two.c || return
    for name in "${compilers[@]}"; do
        wait "$name" || return
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT CHAN_SEED CHAN_SCHEDULE CHAN_CHOICES CHAN_LEAKS
    LOST=$BATS_FILE_TMPDIR/lost TWO=$BATS_FILE_TMPDIR/two ODD=$BATS_FILE_TMPDIR/odd CREW=$BATS_FILE_TMPDIR/crew
}

explore() {
    timeout -k 2 60 "$ROOT/scripts/explore" "$@"
}

# example TEXT: the command above the line of that output. way: the command of the
# shortest way.
example() {
    awk -v text="$1" 'index($0, text) { print before; exit }
        { before = $0; sub(/^ *[0-9]+  /, "", before) }' <<<"$output"
}

way() {
    sed -n 's/^To repeat it: //p' <<<"$output"
}

# runs_told: the sum of the numbers of the outputs.
runs_told() {
    awk '/^ +[0-9]+  CHAN_/ { n += $1 } END { print n + 0 }' <<<"$output"
}

# departures: how many choices of the way are unusual.
departures() {
    grep -c '^  > ' <<<"$output"
}

@test "--help prints the usage text, and senseless options are refused" {
    run --separate-stderr -0 explore -h
    assert_output --partial 'scripts/explore NAME'
    assert_equal "$stderr" ''
    local words
    for words in '' --seeds 'fan-in --seeds' 'fan-in --seeds 0' 'fan-in --seeds x' \
        'fan-in --seeds 3 4' 'fan-in --seeds=3' 'fan-in --nosuch' 'fan-in --limit 3' 'fan-in --preemptions 1' \
        'fan-in --all-orders --seeds 3' 'fan-in --all-orders --from 3' 'fan-in --time 0' \
        ./no-such-program "$BATS_TEST_TMPDIR/"; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -2 explore $words
        assert_output ''
        [[ $stderr == *usage:* ]]
    done
    run --separate-stderr -2 explore fanin
    [[ $stderr == *' fan-in '* ]]
    COOKBOOK_LIMIT=x run -2 explore "$TWO"
}

@test "a program without the laboratory is misuse" {
    run --separate-stderr -2 explore "$BATS_FILE_TMPDIR/plain" --seeds 3
    assert_output ''
    [[ $stderr == *-DCHAN_LAB* ]]
}

@test "a pattern goes by its name, from any folder" {
    run --separate-stderr -0 explore goroutine --seeds 30
    assert_line --index 0 'goroutine: no failure in 30 runs, seeds 1 to 30'
    assert_output --partial "  CHAN_SEED=1 $ROOT/scripts/run goroutine"
    [ "$(runs_told)" -eq 30 ]
    cd "$ROOT"
    run --separate-stderr -0 explore --from 7 --seeds 1 goroutine
    assert_line --index 0 'goroutine: no failure in 1 run, seed 7'
    assert_line '        1  CHAN_SEED=7 scripts/run goroutine'
}

@test "seeds: each different output, how often, and a command that repeats it" {
    local total
    run --separate-stderr -0 explore "$LOST" --seeds 100
    assert_equal "$stderr" ''
    assert_line --index 1 '  3 different outputs'
    [ "$(runs_told)" -eq 100 ]
    for total in 1 2 3; do
        assert_equal "$(sh -c "$(example "line 2: the total is $total")")" \
            $'added 3 times\nthe total is '"$total"
    done
    # A second exploration prints the same bytes, however the runs were shared out.
    assert_equal "$(explore "$LOST" --seeds 100)" "$output"
    assert_equal "$(taskset -c 0 "$ROOT/scripts/explore" "$LOST" --seeds 100)" "$output"
}

@test "of many outputs ten are shown, the most frequent first" {
    run --separate-stderr -0 explore fan-in --seeds 60
    [ "$(grep -c '  CHAN_SEED=.*fan-in$' <<<"$output")" -eq 10 ]
    assert_equal "$(awk '/  CHAN_/ { print $1 }' <<<"$output" | sort -snr)" \
        "$(awk '/  CHAN_/ { print $1 }' <<<"$output")"
    assert_line --regexp "^      \.\.\. $(($(sed -n 's/ different outputs//p' <<<"$output") - 10)) more$"
}

@test "arguments arrive as they are, standard input is empty" {
    run --separate-stderr -0 explore "$ODD" --seeds 1 -- 'a  b' "it's" '' '*' <<<'not for it'
    assert_line --partial "line 1: <a  b><it's><><*>0 bytes, "
    assert_equal "$(sh -c "$(example 'line 1:')" </dev/null)" "$(sed -n 's/.*line 1: //p' <<<"$output")"
}

# fails_as WHAT STATUS TEXT: the failure is found by seeds and in all orders, the report
# has TEXT, and the commands in the report repeat the failure.
fails_as() {
    local how
    for how in '--seeds 30' '--all-orders --preemptions 1'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how "$LOST" -- 2 "$1"
        assert_line --index 0 --regexp '^lost: [0-9]+ of [0-9]+ (runs|orders) failed, (seeds 1 to 30|all with at most 1 preemption)$'
        assert_line --index 1 --regexp "^  [0-9]+ (seed|order)s? $3"
        assert_line --regexp '^      (seed|order)s? [0-9]+'
        ends_wrong "$2" "$(sed -n 's/^      \(CHAN_.*\)/\1/p' <<<"$output")"
        ends_wrong "$2" "$(way)"
        [[ $(way) == *"CHAN_SCHEDULE=./lost.schedule $LOST 2 $1" ]]
    done
}

# ends_wrong STATUS COMMAND: it prints the wrong total, and exits with STATUS.
ends_wrong() {
    local code=0 said
    said=$(sh -c "$2" 2>&1) || code=$?
    assert_equal "$code" "$1"
    [[ $said == *'the total is 1'* ]]
}

@test "a panic" {
    fails_as panic 134 'panicked: close of nil channel \('
    assert_line --regexp '^    panic: close of nil channel'
}

@test "a deadlock" {
    fails_as stuck 3 'got stuck: main waits to receive from [^ ]* \(.*lost.c:[0-9]+\)'
    assert_line --regexp '^    all goroutines are asleep'
}

@test "a leak" {
    fails_as leak 4 'leaked: .*channel of int, capacity 0, was never freed \(.*lost.c:[0-9]+\)'
    [[ $(way) == 'CHAN_LEAKS=1 '* ]]
}

@test "any other status" {
    fails_as exit 7 'ended with status 7: a wrong total$'
}

@test "what AddressSanitizer finds is one failure, whatever the process" {
    cat >freed.c <<'END'
#include "chan.h"
static void frees(void *arg) { free(arg); }
static void uses(void *arg)
{
    int *p = arg;
    sched_yield();
    *p = 1;
}
int main(void)
{
    struct waitgroup all = {0};
    int *p = malloc(sizeof *p);
    wg_go(&all, uses, p);
    wg_go(&all, frees, p);
    wg_wait(&all);
}
END
    local compiler tried=0
    # clang's report comes with the help of a process that looks up the lines.
    for compiler in "${CC:-cc}" clang; do
        "$compiler" -std=c11 -g -fsanitize=address -pthread -DCHAN_LAB -I"$ROOT/common" freed.c -o freed || continue
        ((++tried))
        run --separate-stderr -1 explore ./freed --seeds 60
        assert_line --regexp '^  [0-9]+ seeds ended with status 1: AddressSanitizer: heap-use-after-free .*freed.c:7.* in uses$'
        assert_equal "$(grep -c ' ended with' <<<"$output")" 1
        refute_output --partial 'cannot be repeated'
        # The order is known, although the program does not exit as usual.
        assert_line --regexp '^ [ >] +[0-9]+\. [23] uses: '
        assert_line --regexp '^    ==[0-9]+==ERROR: AddressSanitizer'
        assert_line --regexp '^ +#0 .* in uses .*freed.c:7'
        ends_in_asan "$(way)"
    done
    ((tried)) || skip 'no AddressSanitizer'
}

# ends_in_asan COMMAND: AddressSanitizer ends it.
ends_in_asan() {
    run -1 sh -c "$1"
    assert_output --partial 'heap-use-after-free'
}

@test "no end, and no end of output" {
    export COOKBOOK_LIMIT=1
    run --separate-stderr -1 explore "$LOST" --seeds 2 --time 2 -- 1 forever
    assert_line '  2 seeds ran longer than 1 s'
    # Here a script, which does not become the program, is killed.
    cp "$LOST" "mine.$$"
    printf '%s\n' '#!/bin/sh' "./mine.$$ 1 forever" : >starts
    chmod +x starts
    run --separate-stderr -1 explore ./starts --seeds 1
    assert_line '  1 seed ran longer than 1 s'
    gone "mine.$$"
    COOKBOOK_LIMIT=20 run --separate-stderr -1 explore "$LOST" --seeds 1 -- 1 flood
    assert_line '  1 seed wrote more than 64 MB'
    run --separate-stderr -1 explore "$LOST" --seeds 1 --time 2 -- 1 ticks
    assert_line --regexp '^  1 seed (went on making choices forever|ran longer than 1 s)'
}

@test "a check of the output, which knows the seed" {
    run --separate-stderr -1 explore "$LOST" --seeds 20 \
        --check 'grep -q "is 3" || { echo "it'\''s wrong"; exit 9; }'
    assert_line --regexp "^  [0-9]+ seeds did not pass the check: it's wrong$"
    run -9 sh -c "$(way)"
    assert_output "it's wrong"
    run --separate-stderr -0 explore "$LOST" --seeds 5 --from 3 --check 'cat >"seen.$SEED"'
    assert_equal "$(echo seen.*)" 'seen.3 seen.4 seen.5 seen.6 seen.7'
    assert_equal "$(cat seen.4)" "$(CHAN_SEED=4 "$LOST")"
    run --separate-stderr -1 explore --all-orders --preemptions 1 "$LOST" \
        --check 'grep -q "is 2"' -- 2
    assert_line --regexp '^  [0-9]+ orders did not pass the check$'
}

# In the usual order each goroutine looks and adds in one go. Three goroutines that all
# look first need two departures from that order: another one first, and one held up.
@test "the way to a failure is as short as can be, in words and in a file" {
    local how file=lost.schedule
    for how in '--seeds 50' '--all-orders --preemptions 1'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how "$LOST" -- 3 panic
        assert_equal "$(departures)" 2
        assert_line --partial 'departs from the usual one by 2 choices'
        assert_line --regexp '^  > +[0-9]+\. [234] add: .* at tests/explore/lost.c:[0-9]+ '
        # Every line is needed: the schedule ends with the last departure, and the
        # program does not fail without that.
        assert_regex "$(tail -n 1 "$file")" '^run [1-4] of .*# [1-4] (main|add): '
        cp "$file" whole
        grep -v '^#' whole | head -n -1 >less
        run -134 env CHAN_SCHEDULE=whole CHAN_CHOICES=again "$LOST" 3 panic
        refute_output --partial 'does not fit'
        assert_equal "$(head -n "$(grep -vc '^#' whole)" again)" "$(grep -v '^#' whole)"
        run -0 env CHAN_SCHEDULE=less "$LOST" 3 panic
    done
}

@test "--brief: the same failures, without the shortest way and its file" {
    run --separate-stderr -1 explore --seeds 20 "$LOST" -- 3 panic
    local whole=$output
    assert_equal "$(departures)" 2
    rm lost.schedule
    run --separate-stderr -1 explore --seeds 20 --brief "$LOST" -- 3 panic
    assert_equal "$(departures)" 0
    [ ! -e lost.schedule ]
    assert_line --regexp '^  [0-9]+ seeds panicked: '
    assert_equal "$(grep '^  [0-9]* seeds panicked: ' <<<"$output")" "$(grep '^  [0-9]* seeds panicked: ' <<<"$whole")"
    assert_equal "$(runs_told)" 20
}

# Two goroutines lock two mutexes crosswise. When each has its first one, both are stuck.
@test "the step from which on the failure is inevitable" {
    local how step seed file=cross.schedule
    printf '%s\n' '#include "chan.h"' 'static pthread_mutex_t a, b;' \
        'static void locks(pthread_mutex_t *first, pthread_mutex_t *second)' '{' \
        '    pthread_mutex_lock(first);' '    pthread_mutex_lock(second);' \
        '    pthread_mutex_unlock(second);' '    pthread_mutex_unlock(first);' '}' \
        'static void up(void *arg) { (void)arg, locks(&a, &b); }' \
        'static void down(void *arg) { (void)arg, locks(&b, &a); }' \
        'int main(void)' '{' '    struct waitgroup all = {0};' '    wg_go(&all, up);' \
        '    wg_go(&all, down);' '    wg_wait(&all);' '}' >cross.c
    "${CC:-cc}" -std=c11 -pthread -DCHAN_LAB -I"$ROOT/common" cross.c -o cross
    for how in '--seeds 60' '--all-orders --preemptions 1'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how ./cross
        step=$(sed -n 's/^      from step \([0-9]*\) below on, all 50 orders that were tried get stuck:$/\1/p' <<<"$output")
        assert_line --regexp '^      goroutine [23] .(up|down).: mutex first at cross.c:5$'
        assert_line --regexp "^  [ >] +$step\. .*: mutex first at cross.c:5 .*\(inevitable from here on\)$"
        # Where the schedule ends, a seed chooses: behind this step none ends well, behind
        # the one before some does.
        CHAN_CHOICES=all CHAN_SCHEDULE=$file run -3 ./cross
        grep -v '^#' all | head -n "$step" >doomed
        head -n -1 doomed >open
        for seed in {1..20}; do
            CHAN_SEED=$seed CHAN_SCHEDULE=doomed run -3 ./cross
        done
        for seed in {1..30}; do
            CHAN_SEED=$seed CHAN_SCHEDULE=open run ./cross
            [ "$status" != 0 ] || break
        done
        assert_equal "$status" 0
    done
}

# block WORD: the code block behind that mark on the header's page.
block() {
    awk -v mark="<!-- explore: $1 -->" '$0 == mark { at = 1; next }
        at && /^```/ { if (at++ == 2) exit; next }
        at == 2' "$ROOT/common/README.md"
}

# How many seeds fail is not compared: other kinds of seeds may be added.
@test "the header's page shows what explore prints" {
    local counts='s/[0-9]+ (seeds|of 100)/N \1/; s/^ +[0-9]+  CHAN_SEED=[0-9]+/N CHAN_SEED=N/
        s/seeds [0-9]+ [0-9 ]+/seeds/; s/CHAN_SEED=[0-9]+/CHAN_SEED=N/'
    block program >cross.c
    run --separate-stderr -1 explore cross.c --seeds 100
    assert_equal "$(sed -E "$counts" <<<"${output//"$ROOT/"/}")" "$(block output | sed -E "$counts")"
}

@test "a program that always fails has no such step" {
    run --separate-stderr -1 explore "$CREW" --seeds 3 --at-most-ms 1
    refute_output --partial 'from step'
    refute_output --partial inevitable
}

# In the default build the condition is compiled but not evaluated.
@test "virtual time, goroutines at work, and what was true in no run" {
    local how never='a line that is never reached (tests/explore/crew.c:33)'
    for how in '--seeds 40' '--all-orders --limit 40'; do
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how "$CREW" --at-most-ms 20
        assert_line --regexp "^  never in 40 (runs|orders): ${never//[()]/.}$"
        [ "$(grep -c '  never in' <<<"$output")" -eq 1 ]
        assert_line '  virtual time 20 ms; at most 4 goroutines at work at once'
        # shellcheck disable=SC2086  # a list of words
        run --separate-stderr -1 explore $how "$CREW" --at-most-ms 79 -- locked x
        # The time of a run in which sleeps ended early says nothing.
        assert_line --regexp '^crew: (3[0-9]|40) of 40 (runs|orders) failed, '
        assert_line --regexp '^  (3[0-9]|40) (seed|order)s took more than 79 ms of virtual time$'
        assert_line --regexp '^  never in 40 (runs|orders): two workers at once .tests/explore/crew.c:18.$'
        [ "$(grep -c '  never in' <<<"$output")" -eq 1 ]
        assert_line '  virtual time 80 ms; at most 1 goroutine at work at once'
    done
    CHAN_SLEEPS=exact run --separate-stderr -1 explore --seeds 40 "$CREW" --at-most-ms 79 -- locked x
    assert_line --regexp '^crew: 40 of 40 runs failed, '
    run --separate-stderr -0 env CHAN_SEED=1 "$CREW" locked
    assert_equal "$output$stderr" 'done'
    run --separate-stderr -2 explore "$CREW" --at-most-ms 1x
    run --separate-stderr -0 explore deadline --seeds 3
    assert_line '  virtual time 300 ms, in which all goroutines waited'
}

@test "lab_sometimes without the laboratory evaluates nothing" {
    printf '%s\n' '#include "chan.h"' 'int main(void)' '{' '    int n = 0;' \
        '    lab_sometimes(++n, "never");' '    return n;' '}' >bare.c
    local how want=0
    for how in '' -DCHAN_LAB; do
        # shellcheck disable=SC2086  # nothing, or a word
        "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread $how \
            -I"$ROOT/common" bare.c -o bare
        run -$want ./bare
        want=1
    done
}

@test "a crash: which goroutine, after which operation, without its number" {
    [[ ${CC-} != *-fsanitize* ]] || skip 'a sanitizer reports a crash itself'
    printf '%s\n' '#include "chan.h"' 'static void worker(void *arg)' '{' \
        '    chan_send((chan(int))arg, 1);' '    raise(SIGFPE);' '}' 'int main(void)' '{' \
        '    struct waitgroup all = {0};' '    chan(int) c = chan_make(int, 2);' \
        '    wg_go(&all, worker, c);' '    wg_go(&all, worker, c);' '    wg_wait(&all);' '}' >crash.c
    "${CC:-cc}" -std=c11 -pthread -DCHAN_LAB -I"$ROOT/common" crash.c -o crash
    run --separate-stderr -1 explore ./crash --seeds 20
    assert_line '  20 seeds crashed: SIGFPE (sent by a process) in worker, after a send to (chan(int))arg (crash.c:4)'
}

@test "outputs without a newline at the end: how they differ" {
    printf '%s\n' '#include "chan.h"' 'static void sends(void *arg) { chan_send((chan(int))arg, 1); }' \
        'int main(void)' '{' '    chan(int) c = chan_make(int, 1);' '    struct waitgroup all = {0};' \
        '    wg_go(&all, sends, c);' '    bool first = chan_select(chan_on_recv(c, NULL), CHAN_DEFAULT) == 0;' \
        '    wg_wait(&all);' '    chan_free(c);' '    printf(first ? "one" : "one\ntwo");' '}' >tail.c
    "${CC:-cc}" -std=c11 -pthread -DCHAN_LAB -I"$ROOT/common" tail.c -o tail
    run --separate-stderr -0 explore ./tail --seeds 20
    assert_line '  2 different outputs'
    assert_line '           ends after line 1'
    assert_line --regexp '^           line [12]: '
}

@test "seeds that cannot be repeated are counted apart" {
    run --separate-stderr -0 explore "$ODD" --seeds 16
    assert_line --regexp '^  [0-9]+ seeds cannot be repeated, .*: goroutine 3 in a system call$'
    local apart
    apart=$(sed -n 's/^  \([0-9]*\) seeds cannot be.*/\1/p' <<<"$output")
    [ "$(runs_told)" -eq $((16 - apart)) ]
    run --separate-stderr -0 explore "$ODD" --all-orders --limit 12
    assert_line --regexp '^  [0-9]+ orders cannot be repeated, '
    refute_output --partial 'went astray'
}

# Main creates a, goes on, creates b, goes on, and waits. After it has created a, main has
# 3 more steps, and each walker has 2. If a does k steps before main creates b, the rest
# has (6-k)! / ((2-k)! 2! 2!) orders, for k = 0 to 2: 90 + 30 + 6. Without a preemption
# main goes on until it waits, and then one walker goes to its end: the only choice is
# which. A simulation has counted the orders with one and more preemptions.
@test "all orders of a program that lies where the schedules go" {
    cp "$LOST" lost
    run -0 explore ./lost --all-orders --limit 30 -- 2
    assert_output --partial 'CHAN_SCHEDULE=./lost.orders/'
    [[ -n $(cat lost.orders/*.schedule) ]]
}

@test "threads and locks of C11, locked crosswise" {
    cat >c11.c <<'END'
#include "chan.h"
#include <threads.h>
static mtx_t a, b;
static int worker(void *first)
{
    mtx_t *second = first == &a ? &b : &a;
    mtx_lock(first);
    mtx_lock(second);
    mtx_unlock(second);
    mtx_unlock(first);
    return 0;
}
int main(void)
{
    thrd_t one, other;
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    thrd_create(&one, worker, &a);
    thrd_create(&other, worker, &b);
    thrd_join(one, NULL);
    thrd_join(other, NULL);
}
END
    "${CC:-cc}" -std=c11 -g -pthread -DCHAN_LAB -I"$ROOT/common" c11.c -o c11
    run -1 explore ./c11 --seeds 60
    assert_line --regexp '^  [0-9]+ seeds got stuck: .*mutex second.*c11.c:8'
}

@test "a C file of plain pthreads gets the laboratory without a change" {
    # shellcheck disable=SC2016  # backquotes
    awk '/^### Programs of plain pthreads/ { here = 1 } here && /^```$/ { if (in_c) exit }
        in_c; here && /^```c$/ { in_c = 1 }' "$ROOT/common/README.md" >crosswise.c
    run --separate-stderr -1 explore crosswise.c --seeds 30
    assert_output --partial 'waits for mutex &b (crosswise.c:16)'
    run --separate-stderr -1 "$ROOT/scripts/check" crosswise.c
    assert_output --partial 'all threads block forever'
}

@test "a file with a long name is in the second line of a report" {
    local folder=a_folder_with_a_name_that_leaves_no_room_in_a_line_of_eighty_columns
    mkdir $folder
    echo '#include "chan.h"
    int main(void) { chan_recv(chan_make(int, 0), NULL); }' >$folder/waits.c
    run -1 explore $folder/waits.c --seeds 3
    assert_line --partial "3 seeds got stuck: main waits to receive from"
}

@test "of a long way the ending is printed, and the file has all of it" {
    cp "$ROOT/tests/explore/queue.c" . || return
    run --separate-stderr -1 explore queue.c --seeds 30
    local hidden
    hidden=$(sed -n 's/^ *[.]* \([0-9]*\) choices, which are in the file below$/\1/p' <<<"$output")
    ((hidden > 0))
    assert_line --regexp "^ .* $((hidden + 1))[.] "
    (($(grep -cE '^(  >  )? +[0-9]+[.] ' <<<"$output") <= 60))
    (($(grep -vc '^#' queue.schedule) > hidden))
}

@test "all orders: as many as by hand, no two the same" {
    local bound want
    for want in 0:2 1:13 2:41 99:126; do
        bound=${want%:*} want=${want#*:}
        run --separate-stderr -0 explore --all-orders "$TWO" --preemptions "$bound"
        assert_line --index 0 --regexp "^two: no failure in $want orders, all with at most $bound preemptions?$"
        [ "$(runs_told)" -eq "$want" ]
    done
    assert_line --index 1 '  2 different outputs'
    assert_equal "$(sh -c "$(example 'line 1: ba')")" ba
}

# Two of one channel and two of the other: 4! / (2! 2!).
@test "all orders: what a select draws is a choice, too, and free" {
    run --separate-stderr -0 explore --all-orders "$BATS_FILE_TMPDIR/draw" --preemptions 0
    assert_line --index 0 'draw: no failure in 6 orders, all with at most 0 preemptions'
    assert_line --index 1 '  6 different outputs'
    assert_equal "$(sh -c "$(example 'line 1: 10 20 1 2')")" '10 20 1 2'
}

@test "all orders: stops at the limit, and reports how many it has run" {
    run --separate-stderr -0 explore --all-orders --limit 30 "$TWO"
    assert_line --index 0 --regexp \
        '^two: no failure in 30 orders, stopped at the limit: all with at most 2 preemptions and [12] choices? other'
    # A limit that is the number of orders does not stop it.
    run --separate-stderr -0 explore --all-orders --limit 41 "$TWO"
    assert_line --index 0 'two: no failure in 41 orders, all with at most 2 preemptions'
}

@test "stops after its time" {
    run --separate-stderr -124 explore --time 1 --seeds 1000000 "$TWO"
    assert_line --index 0 --regexp '^two: no failure in [0-9]+ runs, seeds 1 to 1000000, stopped after 1 second$'
    [ "$(runs_told)" -gt 0 ]
}

@test "a signal stops it, and no process or file is left" {
    local signal want
    cp "$LOST" "mine.$$"
    mkdir tmp
    export TMPDIR=$PWD/tmp
    for want in INT:130 TERM:143; do
        signal=${want%:*}
        run -"${want#*:}" timeout -k 4 --preserve-status -s "$signal" 1 \
            "$ROOT/scripts/explore" "./mine.$$" --seeds 100 -- 1 forever
        assert_equal "$(ls tmp)" ''
        gone "mine.$$"
    done
}

@test "what a program or its check has started ends with it" {
    cp "$(command -v sleep)" "mine.$$"
    local began=$SECONDS
    COOKBOOK_LIMIT=1 run --separate-stderr -1 explore "$LOST" --seeds 1 --time 3 \
        --check "./mine.$$ 99 | cat; true"
    assert_line --partial 'did not pass the check'
    ((SECONDS - began < 20))
    gone "mine.$$"
    run --separate-stderr -0 explore "$LOST" --seeds 3 --check "setsid ./mine.$$ 99 & true"
    gone "mine.$$"
    # Each run starts one, and the next run on the same core finds none.
    printf '%s\n' '#include "chan.h"' 'int main(void)' '{' \
        "    return system(\"! pgrep -x mine.$$ && (setsid ./mine.$$ 99 >&- 2>&- &)\") != 0;" '}' >leaves.c
    run --separate-stderr -0 taskset -c 0 "$ROOT/scripts/explore" leaves.c --seeds 6
    gone "mine.$$"
}

@test "a pitfall, C files, and a program are explored alike; where the orders are written" {
    local again="CHAN_SCHEDULE=./lost.schedule $ROOT/scripts/run 'a b/lost.c' 2 panic"
    mkdir 'a b' out
    cp "$ROOT/tests/explore/lost.c" 'a b'
    run --separate-stderr -1 explore 'a b/lost.c' --seeds 30 -- 2 panic
    assert_equal "$(way)" "$again"
    run -134 sh -c "$again"
    run --separate-stderr -1 explore 'a b/lost.c' -o out --seeds 30 -- 2 panic
    [ -s out/lost.schedule ]
    run --separate-stderr -1 explore pitfalls/all-asleep --seeds 2 --time 3
    [[ $(way) == *"$ROOT/scripts/run pitfalls/all-asleep/broken" ]]
    run -3 sh -c "$(way)"
    assert_equal "$(echo *.schedule)" lost.schedule
}

@test "a script that starts the program, and several programs, are explored too" {
    printf '%s\n' '#!/bin/sh' "exec '$LOST' \"\$@\"" >becomes
    printf '%s\n' '#!/bin/sh' "'$LOST' 2" "'$LOST' 3" 'echo end' >both
    chmod +x becomes both
    run --separate-stderr -0 explore ./becomes --seeds 50
    assert_line '  3 different outputs'
    assert_equal "$(sh -c "$(example 'line 2: the total is 1')")" $'added 3 times\nthe total is 1'
    run --separate-stderr -0 explore ./both --seeds 100
    assert_line --regexp '^  [456] different outputs$'
    run -0 sh -c "$(sed -n 's/^ *[0-9]*  \(CHAN_SEED=.*\)/\1/p' <<<"$output" | head -n 1)"
    assert_line --index 0 'added 2 times'
    assert_line --index 2 'added 3 times'
    assert_line --index 4 end
}

@test "a program that signals its whole process group ends only itself" {
    printf '%s\n' '#include "chan.h"' '#include <signal.h>' \
        'int main(void) { kill(0, SIGTERM); sleep_ms(50); }' >group.c
    run --separate-stderr -1 explore group.c --seeds 4
    assert_line '  4 seeds ended by signal 15'
}

@test "of outputs that differ, one may be nothing at all" {
    cat >quiet.c <<'END_OF_C'
#include "chan.h"
static void sends(void *arg) { chan_send((chan(int))arg, 1); }
static void sends_more(void *arg) { chan_send((chan(int))arg, 2); }
int main(void)
{
    chan(int) c = chan_make(int, 2);
    int first = 0;
    go(sends, c);
    go(sends_more, c);
    chan_recv(c, &first);
    if (first == 2) puts("two");
    chan_recv(c, NULL);
    chan_free(c);
}
END_OF_C
    run --separate-stderr -0 explore quiet.c --seeds 20
    assert_line '  2 different outputs'
    assert_line '           line 1: two'
    assert_line '           no output'
}
