/* refused by orders: if a goroutine is slow between its look and its wait, a signal is lost
 * Idea: only taking a licence needs the mutex. But the client that looks may begin to wait just
 * after the signal, and two changes of the count may become one. */
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

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t returned = PTHREAD_COND_INITIALIZER;
static int free_licences = LICENCES;

static void client(void *arg)
{
    const struct client *self = arg;
    sleep_ms(self->id / 4 * (USE_MS / 2)); /* Some clients come later. */
    pthread_mutex_lock(&mutex);
    while (free_licences == 0)
        pthread_cond_wait(&returned, &mutex);
    free_licences--;
    pthread_mutex_unlock(&mutex);
    use_licence(self->id);
    free_licences++;
    pthread_cond_signal(&returned);
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
