/* refused by orders: the work does not overlap
 * Idea: start three clients, wait for them, start the next three. But here each group is only
 * two, because the third place is counted wrongly. */
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
    use_licence(self->id);
}
static void serve_all(int n)
{
    for (int i = 1; i <= n; i += LICENCES - 1) {
        struct waitgroup clients = {0};
        for (int k = i; k <= n && k < i + LICENCES - 1; k++)
            wg_go(&clients, client, (struct client){k});
        wg_wait(&clients);
    }
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    serve_all(n);
    puts("all clients have left");
}
