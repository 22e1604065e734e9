/* nats-request-timeout -- a request to another process ends in one of three ways.
 *
 * There is an answer, or no service is there, or the answer comes too late.
 * After a timeout the client cannot know whether the service has done the work.
 * So it repeats the request with the same id, and the service does the work of
 * an id only once.
 *
 *     client --deposits.ID--> service
 *            <-----inbox-----
 *
 * Watch the balance: client 3 sends its deposit twice.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"
#include "nats.h"

enum { MOST_ID = 1000, MOST_AMOUNT = 1000 };
enum { MOST_MS = 60000, FIRST_MS = 5000, REPEAT_MS = 10000 };

/* ---- The client ---- */

/* Sends the request, and prints which of the three ends it has. Returns false
 * if the client does not know whether the deposit is done. */
static bool ask(natsConnection *nc, int id, int amount, int timeout_ms)
{
    char subject[32], text[32];
    natsMsg *answer = NULL;
    snprintf(subject, sizeof subject, "deposits.%d", id);
    snprintf(text, sizeof text, "%d", amount);
    natsStatus status =
        natsConnection_RequestString(&answer, nc, subject, text, timeout_ms);
    if (status == NATS_NO_RESPONDERS)
        printf("request %d: no service is there\n", id);
    else if (status == NATS_TIMEOUT)
        printf("request %d: no answer within %d ms\n", id, timeout_ms);
    else
        nats_check(status, subject);
    if (answer)
        printf("request %d: the balance is %ld\n", id,
               nats_number_named(answer, subject));
    natsMsg_Destroy(answer);
    return status != NATS_TIMEOUT;
}

static void deposit(natsConnection *nc, int id, int amount, int timeout_ms)
{
    if (ask(nc, id, amount, timeout_ms))
        return;
    printf("request %d: I repeat it\n", id);
    if (!ask(nc, id, amount, REPEAT_MS)) /* the same id */
        nats_fail("deposit", "it is unknown whether it was done");
}

/* ---- The service ---- */

struct account {
    natsConnection *nc;
    struct nats_receiver requests, stop;
    int done, repeated;
    long balance;
    long answers[MOST_ID + 1]; /* by id; 0 if the work is not done */
};

/* Returns the id, which is the second half of the subject. */
static int id_of(natsMsg *request)
{
    const char *subject = natsMsg_GetSubject(request);
    char *end;
    long id = strtol(strchr(subject, '.') + 1, &end, 10);
    if (*end || id < 1 || id > MOST_ID)
        nats_fail(subject, "there is no such id");
    return (int)id;
}

static long amount_of(natsMsg *request)
{
    long amount = nats_number(request);
    if (amount < 1 || amount > MOST_AMOUNT)
        nats_fail(natsMsg_GetSubject(request), "there is no such amount");
    return amount;
}

/* Does the work, unless it is done, and sends the answer. */
static void serve_request(struct account *a, natsMsg *request)
{
    int id = id_of(request);
    long amount = amount_of(request);
    const char *inbox = natsMsg_GetReply(request);
    if (!inbox)
        nats_fail(natsMsg_GetSubject(request), "it has no reply subject");
    if (a->answers[id] != 0) {
        a->repeated++;
        printf("request %d: it is done already\n", id);
    } else {
        a->done++;
        a->balance += amount;
        a->answers[id] = a->balance;
        printf("request %d: %ld added\n", id, amount);
    }
    nats_publish(a->nc, inbox, a->answers[id]);
}

/* Serves one request. Returns false when the service must stop. */
static bool serve_next(struct account *a)
{
    natsMsg *m = NULL;
    int chosen = chan_select(chan_on_recv(a->requests.to, &m),
                             chan_on_recv(a->stop.to, &m));
    if (!m)
        nats_fail("serve", "the connection is closed");
    if (chosen == 0)
        serve_request(a, m);
    natsMsg_Destroy(m);
    return chosen == 0;
}

static void serve(natsConnection *nc)
{
    struct waitgroup wg = {0};
    static struct account a;
    a.nc = nc;
    a.stop = nats_receiver(nats_subscribe(nc, "stop"));
    a.requests = nats_receiver(nats_subscribe(nc, "deposits.*"));
    wg_go(&wg, nats_receive, a.stop);
    wg_go(&wg, nats_receive, a.requests);
    puts("ready");
    while (serve_next(&a))
        ;
    printf("%d deposits done, %d repeated, the balance is %ld\n", a.done,
           a.repeated, a.balance);
    nats_unsubscribe(a.stop);
    nats_unsubscribe(a.requests);
    wg_wait(&wg);
    nats_free(a.stop);
    nats_free(a.requests);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, id = 0, amount = 0, timeout_ms = FIRST_MS;
    args(argc, argv,
         "nats-request-timeout deposit ID AMOUNT [-t MS]"
         " | serve | stop | capture",
         arg_choice(&role, "deposit", "serve", "stop", "capture"),
         arg_number(&id, 1, MOST_ID), arg_number(&amount, 1, MOST_AMOUNT),
         opt_number('t', &timeout_ms, 1, MOST_MS));
    if (role < 0 || (role == 0 ? amount == 0 : id != 0))
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        deposit(nc, id, amount, timeout_ms);
    else if (role == 1)
        serve(nc);
    else if (role == 2)
        nats_publish(nc, "stop", 0);
    else
        jsCtx_Destroy(nats_make_stream(nc, "DEPOSITS", "deposits.*"));
    nats_close(nc);
}
