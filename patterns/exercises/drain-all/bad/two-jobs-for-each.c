/* refused by orders: the server had too few jobs
 * Idea: what is not in the queue cannot be lost, so send two jobs and wait for the end. But a
 * client must go on until the server closes. */
#include "chan.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLIENTS = 3, WORK_MS = 5 };

struct job {
    int client, number;
};

static void do_job(struct job job)
{
    sleep_ms(WORK_MS); /* stands for the work */
    printf("job %d of client %d is done\n", job.number, job.client);
}

static void print_accepted(struct job job)
{
    printf("job %d of client %d is accepted\n", job.number, job.client);
}

/* Each client offers one job after another, until the server closes. */
struct client {
    int id;
    chan(struct job) jobs;
    chan(bool) closing;
};

static void client(void *arg)
{
    const struct client *self = arg;
    for (struct job job = {self->id, 1}; job.number <= 2; job.number++) {
        chan_send(self->jobs, job);
        print_accepted(job);
    }
    chan_recv(self->closing, NULL);
}

struct server {
    chan(struct job) jobs;
};

static void server(void *arg)
{
    const struct server *self = arg;
    int jobs = 0;
    for (struct job job; chan_recv(self->jobs, &job); jobs++)
        do_job(job);
    printf("the server has done %d jobs\n", jobs);
}

/* Serves the clients for some time, then shuts down. */
static void serve(int ms)
{
    struct waitgroup clients = {0}, servers = {0};
    chan(struct job) jobs = chan_make(struct job, 4);
    chan(bool) closing = chan_make(bool, 0);
    wg_go(&servers, server, (struct server){jobs});
    for (int i = 1; i <= CLIENTS; i++)
        wg_go(&clients, client, (struct client){i, jobs, closing});
    sleep_ms(ms);
    puts("closing");
    chan_close(closing);
    wg_wait(&clients);
    chan_close(jobs);
    wg_wait(&servers);
    chan_free(jobs);
    chan_free(closing);
}

int main(int argc, char **argv)
{
    serve(argc > 1 ? atoi(argv[1]) : 30);
    puts("closed");
}
