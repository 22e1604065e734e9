/* Prints its arguments and how much it read. If the second goroutine comes first,
 * it stays in the kernel for so long that the laboratory lets the others go on
 * without it. */
#include "chan.h"
#include <poll.h>
#include <stdio.h>

static atomic_bool came;

static void come(void *arg)
{
    chan(int) door = arg;
    came = true;
    chan_send(door, 1);
}

static void dawdle(void *arg)
{
    chan(int) door = arg;
    if (!came)
        syscall(SYS_poll, NULL, 0, 150);
    chan_send(door, 2);
}

int main(int argc, char **argv)
{
    chan(int) door = chan_make(int, 2);
    int first, bytes = 0;
    while (getchar() != EOF)
        bytes++;
    for (int i = 1; i < argc; i++)
        printf("<%s>", argv[i]);
    go(come, door);
    go(dawdle, door);
    chan_recv(door, &first);
    chan_recv(door, NULL);
    chan_free(door);
    printf("%d bytes, %d\n", bytes, first);
}
