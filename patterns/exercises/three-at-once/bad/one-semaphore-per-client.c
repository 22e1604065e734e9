/* refused by run: more than three licences
 * Idea: each client gets a semaphore of three. But clients limit each other only with a semaphore
 * that they share. */
#include "chan.h"

#include <semaphore.h>
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
    sem_t free_licences;
    sem_init(&free_licences, 0, LICENCES);
    sem_wait(&free_licences);
    use_licence(self->id);
    sem_post(&free_licences);
    sem_destroy(&free_licences);
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
