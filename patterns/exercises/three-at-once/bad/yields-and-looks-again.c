/* refused by rules: no client needs to sleep
 * Idea: sleep_ms(0) lets the other clients run until a licence is free. But the client that waits
 * uses the processor all the time. */
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

static atomic_int taken;

static void client(void *arg)
{
    const struct client *self = arg;
    sleep_ms(self->id / 4 * (USE_MS / 2)); /* Some clients come later. */
    for (int n = taken;
         n >= LICENCES || !atomic_compare_exchange_weak(&taken, &n, n + 1);
         n = taken)
        sleep_ms(0);
    use_licence(self->id);
    taken--;
}

static void serve_all(int n)
{
    struct waitgroup clients = {0};
    for (int i = 1; i <= n; i++)
        wg_go(&clients, client, (struct client){i});
    wg_wait(&clients);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    serve_all(n);
    puts("all clients have left");
}
