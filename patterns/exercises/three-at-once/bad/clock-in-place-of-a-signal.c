/* refused by rules: no client needs to sleep
 * Idea: each client knows when the licences come back. But the times are those of this program
 * only. */
#include "chan.h"

#include <time.h>
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
    struct timespec pause = {0, self->id > LICENCES ? 60000000L : 0};
    nanosleep(&pause, NULL);
    use_licence(self->id);
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
