#!/usr/bin/env bats
# scripts/check names the mistake: the line, the words of the program, and the page about it.
# shellcheck disable=SC2016,SC2154  # other shells expand the text, run sets output and status
load ../helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# program [HEADER]: makes d.c of standard input, behind the lines that each program needs.
program() {
    { printf '#include %s\n#include <stdio.h>\n#include <stdlib.h>\n' "${1-\"chan.h\"}" && cat; } >d.c
}

# checked LANE [OPTION...]: runs only this lane.
checked() {
    run timeout -k 5 $((6 * LIMIT)) "$ROOT/scripts/check" --only "$@" d.c
}

@test "check: a wait group without a first value is named with its line" {
    program <<'END'
static void work(void *arg)
{
    (void)arg;
}
int main(void)
{
    struct waitgroup all;
    wg_go(&all, work);
    wg_wait(&all);
}
END
    checked rules
    [[ $status == 1 && $output == *$'\nd.c:10: a wait group starts from { 0 }: struct waitgroup all = { 0 }' ]]
}

@test "check: a wait group that gets its value later, and a member, are no mistake" {
    program <<'END'
struct crew {
    struct waitgroup all;
};
static void work(void *arg)
{
    (void)arg;
}
int main(void)
{
    static struct waitgroup first;
    struct waitgroup second;
    struct crew crew = {0};
    second = (struct waitgroup){0};
    wg_go(&first, work);
    wg_go(&second, work);
    wg_go(&crew.all, work);
    wg_wait(&first);
    wg_wait(&second);
    wg_wait(&crew.all);
}
END
    checked rules
    [ "$status" = 0 ]
}

@test "check: a wrong use of memory is told in plain words, with the line alone" {
    program <<'END'
static void work(void *arg)
{
    int *all = arg;
    for (int i = 0; i <= 4; i++)
        all[i] = i;
}
int main(void)
{
    struct waitgroup group = {0};
    int *all = malloc(4 * sizeof *all);
    if (!all)
        return 1;
    wg_go(&group, work, all);
    wg_wait(&group);
    free(all);
}
END
    checked memory
    [[ $status == 1 && $output == *$'\nd.c:8: work uses memory outside of what malloc gave\n'* ]]
}

# said_at_end TEXT: what scripts/check makes of this text of scripts/explore.
said_at_end() {
    printf '%s\n' "$1" | sh -c '. "$1/scripts/lib/lanes.sh" && left_at_end' sh "$ROOT"
}

@test "check: a list of what is left that was cut off has no half entry and no second comma" {
    run -0 said_at_end 'a channel of int, capacity 0, was never freed (d.c:7)'
    assert_output 'a channel of int, capacity 0, made at d.c:7, was never freed'
    run -0 said_at_end '3 channels of int, capacity 0,, were never freed (d.c:50)'
    assert_output '3 channels of int, capacity 0, made at d.c:50, were never freed'
    run -0 said_at_end 'a channel of int, capacity 0, was never freed (d.c:7); a channel of int, capacity 0, ...'
    assert_output 'a channel of int, capacity 0, made at d.c:7, was never freed; and more'
    run -0 said_at_end 'a channel of int, capacity 0, ...'
    assert_output 'a channel of int'
}

@test "check: a copied wait group is sent to its own page" {
    cp "$ROOT/patterns/pitfalls/copied-waitgroup/broken.c" d.c
    checked rules
    [[ $status == 1 && $output == *'d.c:26: the goroutine gets a copy of the wait group running.'* ]]
    [[ $output == *'scripts/run pitfalls/copied-waitgroup,'* ]]

}

@test "check: a race on the counter of a loop is sent to argument-of-go, in plain pthreads too" {
    program '<pthread.h>' <<'END'
static void *work(void *arg)
{
    printf("%d\n", *(int *)arg);
    return NULL;
}
int main(void)
{
    pthread_t all[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&all[i], NULL, work, &i);
    for (int k = 0; k < 4; k++)
        pthread_join(all[k], NULL);
}
END
    checked races
    [[ $status == 1 && $output == *'race on i, '*'scripts/run pitfalls/argument-of-go,'* ]]
}

@test "check: a race on another variable is sent to shared-counter" {
    cp "$ROOT/patterns/pitfalls/shared-counter/broken.c" d.c
    checked races
    [[ $status == 1 && $output == *'scripts/run pitfalls/shared-counter,'* ]]
}

@test "check: a select that goes on over a closed channel is named with its line and its page" {
    program <<'END'
static void source(void *arg)
{
    chan(int) out = arg;
    chan_send(out, 1);
    chan_close(out);
}
int main(void)
{
    chan(int) in = chan_make(int, 0);
    chan(int) never = chan_make(int, 0);
    go(source, in);
    for (int v = 0, n = 0; n < 1;) {
        bool ok;
        if (chan_select(chan_on_recv(in, &v, &ok), chan_on_recv(never, &v)) == 1)
            n++;
    }
}
END
    local at='d.c:17: '
    checked polling --at-most-steps 1000
    [[ $status == 1 && $output == *"$at"'it polls: '*'scripts/run pitfalls/closed-in-select,'* ]]
    COOKBOOK_LIMIT=2 checked run
    [[ $status == 1 && $output == *"$at"'it has not ended'*'scripts/run pitfalls/closed-in-select,'* ]]
}

@test "check: the select that polls is named while another goroutine sleeps, and one with a default is another fault" {
    local bad=$ROOT/patterns/exercises/merge-sources/bad
    cp "$bad/spins-on-the-closed.c" d.c
    checked polling --at-most-steps 5000 --args 6
    [[ $status == 1 && $output == *"d.c:$(grep -n 'chan_select' d.c | cut -d : -f 1): it polls: "*'pitfalls/closed-in-select,'* ]]
    cp "$bad/polls.c" d.c
    checked polling --at-most-steps 5000 --args 6
    [[ $status == 1 && $output == *'it polls: '*'scripts/run select,'* ]]
}

@test "check: a program of plain pthreads is told about threads, and one of chan.h about goroutines" {
    program '<pthread.h>' <<'END'
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int main(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
}
END
    checked run
    [[ $status == 1 && $output == *'all threads are blocked: thread 1 (main) waits for mutex &lock'* ]]
    sed -i '1s/.*/#include "chan.h"/' d.c
    checked run
    [[ $status == 1 && $output == *'all goroutines are blocked: goroutine 1 (main) '* ]]
}

@test "check: a script for the judge is run by the program in its first line" {
    local settings=$ROOT/patterns/exercises/the-judge/settings
    printf '#!/usr/bin/env bash\n[[ $1 ]] || exit 0\necho "bash $BASH_VERSION"\nexit 1\n' >judge.sh
    run timeout -k 5 $((4 * LIMIT)) "$ROOT/scripts/check" --settings "$settings" judge.sh
    [[ $status == 1 && $output == *'refuses good-forwarders.c, which is right: bash '[0-9]* ]]
    [[ $output == *'&& /usr/bin/env bash judge.sh '* ]]
    sed -i '1s/.*/#!\/nowhere\/shell/' judge.sh
    run timeout -k 5 $((4 * LIMIT)) "$ROOT/scripts/check" --settings "$settings" judge.sh
    [[ $status == 1 && $output == *'judge.sh:1: there is no program /nowhere/shell'* ]]
}
