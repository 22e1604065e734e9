/* Two goroutines of two steps each: they start, and send. They never wait for each
 * other. Main starts them and waits, and prints which sent first. */
#include "chan.h"
#include <stdio.h>

static char steps[4];
static int taken;

struct walker {
    char name;
    chan(int) road;
};

static void walk(void *arg)
{
    const struct walker *w = arg;
    chan_send(w->road, 1);
    steps[taken++] = w->name;
}

int main(void)
{
    struct waitgroup walkers = {0};
    chan(int) road = chan_make(int, 2);
    wg_go(&walkers, walk, (struct walker){'a', road});
    wg_go(&walkers, walk, (struct walker){'b', road});
    wg_wait(&walkers);
    chan_free(road);
    puts(steps);
}
