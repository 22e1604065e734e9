/* Two goroutines of two sends each, which never wait for each other. Main starts
 * them and waits. It prints the order of the steps. */
#include "chan.h"
#include <stdio.h>

static char steps[8];
static int taken;

struct walker {
    char name;
    chan(int) road;
};

static void walk(void *arg)
{
    const struct walker *w = arg;
    for (int i = 0; i < 2; i++) {
        chan_send(w->road, i);
        steps[taken++] = w->name;
    }
}

int main(void)
{
    struct waitgroup walkers = {0};
    chan(int) road = chan_make(int, 4);
    wg_go(&walkers, walk, (struct walker){'a', road});
    wg_go(&walkers, walk, (struct walker){'b', road});
    wg_wait(&walkers);
    chan_free(road);
    puts(steps);
}
