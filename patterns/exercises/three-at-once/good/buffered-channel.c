/* A channel with three free slots: a send takes a slot or blocks, a receive gives it back. */
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
    chan(bool) slots;
};

static void client(void *arg)
{
    const struct client *self = arg;
    sleep_ms(self->id / 4 * (USE_MS / 2)); /* Some clients come later. */
    chan_send(self->slots, true);
    use_licence(self->id);
    chan_recv(self->slots, NULL);
}
static void serve_all(int n)
{
    chan(bool) slots = chan_make(bool, LICENCES);
    struct waitgroup clients = {0};
    for (int i = 1; i <= n; i++)
        wg_go(&clients, client, (struct client){i, slots});
    wg_wait(&clients);
    chan_free(slots);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    serve_all(n);
    puts("all clients have left");
}
