/* Two goroutines add to a plain counter. */
#include "chan.h"

static int counter;

static void adder(void *arg)
{
    (void)arg;
    counter++;
}

int main(void)
{
    struct waitgroup adders = {0};
    wg_go(&adders, adder);
    wg_go(&adders, adder);
    wg_wait(&adders);
}
