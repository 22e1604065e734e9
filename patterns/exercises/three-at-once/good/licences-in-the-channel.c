/* The channel holds the licences themselves. A client receives one and sends it back. */
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
    chan(int) licences;
};

static void client(void *arg)
{
    const struct client *self = arg;
    sleep_ms(self->id / 4 * (USE_MS / 2)); /* Some clients come later. */
    int licence;
    chan_recv(self->licences, &licence);
    use_licence(self->id);
    chan_send(self->licences, licence);
}
static void serve_all(int n)
{
    chan(int) licences = chan_make(int, LICENCES);
    for (int i = 0; i < LICENCES; i++)
        chan_send(licences, i);
    struct waitgroup clients = {0};
    for (int i = 1; i <= n; i++)
        wg_go(&clients, client, (struct client){i, licences});
    wg_wait(&clients);
    chan_free(licences);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    serve_all(n);
    puts("all clients have left");
}
