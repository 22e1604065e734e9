/* three-at-once -- let at most three clients use a licence at the same time. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { LICENCES = 3, USE_MS = 20 };

static atomic_int in_use;

static void use_licence(int client)
{
    if (atomic_fetch_add(&in_use, 1) >= LICENCES)
        puts("more than three licences are in use");
    sleep_ms(client == 1 ? 3 * USE_MS : USE_MS); /* stands for the work */
    atomic_fetch_sub(&in_use, 1);
    printf("client %d has used a licence\n", client);
}

struct client {
    int id;
};

static void client(void *arg)
{
    const struct client *self = arg;
    sleep_ms(self->id / 4 * (USE_MS / 2)); /* Some clients come later. */
    /* YOUR TURN, part 1: wait until one of the three licences is free, call
     * use_licence(self->id), and give the licence back. */
    use_licence(self->id);
}

static void serve_all(int n)
{
    /* YOUR TURN, part 2: make what the clients need for that, start client() as a goroutine for
     * each client from 1 to n, and return when all of them have returned. */
    (void)client;
    (void)n;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    serve_all(n);
    puts("all clients have left");
}
