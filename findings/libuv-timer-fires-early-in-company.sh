#!/usr/bin/env bash
# libuv's timer of 600 ms fires after 600 ms when it is alone, and after 100 beside a ticker.
#
# The guess: uv_timer_start(timer, callback, 600, 0) fires 600 ms after the call, or later.
# The fact: the 600 ms count from the time that the loop last looked at the clock, before the
# callback that makes the call began. If that callback has worked for 500 ms, 100 are left. But the
# loop also sleeps by that old time, so alone the timer is not early. Any event in between, such as
# another timer of 10 ms, makes the loop look at the clock, and the same timer fires 500 ms early.
# So a timeout that a test proves right is wrong in a busy program. uv_update_time(loop) before
# uv_timer_start() corrects it.
#
# Seen with libuv 1.44.2 (Debian 12). Source: libuv issue 1068 names uv_update_time(); that a
# second timer decides is seen in this run.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

cat >timer.c <<'END'
#include <stdio.h>
#include <string.h>
#include <uv.h>

static uv_timer_t start, timeout, ticker;
static int update;
static uint64_t began;

static void tick(uv_timer_t *self)
{
    (void)self;
}

static void fired(uv_timer_t *self)
{
    printf("%d\n", (int)((uv_hrtime() - began) / 1000000));
    uv_timer_stop(&ticker);
    (void)self;
}

static void work(uv_timer_t *self)
{
    uv_sleep(500);
    if (update)
        uv_update_time(self->loop);
    began = uv_hrtime();
    uv_timer_start(&timeout, fired, 600, 0);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    int i;
    uv_timer_init(loop, &start);
    uv_timer_init(loop, &timeout);
    uv_timer_init(loop, &ticker);
    uv_timer_start(&start, work, 1, 0);
    for (i = 1; i < argc; i++) {
        update |= strcmp(argv[i], "update") == 0;
        if (strcmp(argv[i], "ticker") == 0)
            uv_timer_start(&ticker, tick, 10, 10);
    }
    if (argc == 1)
        printf("%s\n", uv_version_string());
    else
        uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}
END

fetch libuv1-dev=1.44.2-1+deb12u1 libuv1=1.44.2-1+deb12u1
lib=$(dirname "$(find "$work/root" -name libuv.so.1)")
limited 60 cc -Iroot/usr/include timer.c -L"$lib" -luv -Wl,-rpath,"$lib" -o timer ||
    skip 'the compiler cannot link with libuv'
limited 10 ./timer >out
echo "libuv $(cat out)"
[ "$(cat out)" = 1.44.2 ] || skip 'this is another libuv'

# after WORD...: sets ms to the time between the call and the callback.
after() {
    limited 20 ./timer "$@" >out || changed 'the program fails'
    ms=$(cat out)
    echo "600 ms, $*: fires after $ms ms"
}

after alone
[ "$ms" -ge 598 ] || changed 'the timer alone is early'
after ticker update
[ "$ms" -ge 598 ] || changed 'the timer is early after uv_update_time()'
# A pause of the machine for 400 ms hides the fault, so there are three tries.
for try in 1 2 3; do
    after ticker
    [ "$ms" -ge 500 ] || break
    [ "$try" -lt 3 ] || changed 'the timer beside a ticker is not early'
done
echo 'as stated: the ticker makes the other timer early'
