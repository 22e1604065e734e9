/* nats-wait-for-all -- ask several services, and wait for all answers.
 *
 * A client sends one question to all services at once. Each service is a
 * process. The answers come to an inbox, a subject that only this client has.
 * The client counts them until each service has answered or the deadline has
 * passed, and names the services that are late.
 *
 *     client --services.question--> service 1, 2, 3
 *        '<--------INBOX.1, INBOX.2, INBOX.3-----'
 *
 * Watch the words: a service that is late and one that was killed look alike.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include "nats.h"

enum { MOST_SERVICES = 64, MOST_NUMBERS = 1000000 };

static const char QUESTION[] = "services.question", STOP[] = "services.stop";

/* ---- A service ---- */

static bool is_prime(long n)
{
    for (long d = 2; d * d <= n; d++)
        if (n % d == 0)
            return false;
    return n > 1;
}

/* The question is a number n. Service 1 counts the primes below n, service 2
 * those from n to 2n - 1, and so on. */
static long count_primes(int id, long n)
{
    long primes = 0;
    for (long number = (id - 1) * n; number < id * n; number++)
        primes += is_prime(number);
    return primes;
}

/* The last part of the subject tells the client which service has answered. */
static void answer(natsConnection *nc, int id, natsMsg *question)
{
    const char *inbox = natsMsg_GetReply(question);
    long n = nats_number(question);
    if (!inbox || n < 1 || n > MOST_NUMBERS)
        nats_fail(QUESTION, "the question has no inbox, or a wrong number");
    char subject[256];
    int length = snprintf(subject, sizeof subject, "%s.%d", inbox, id);
    if (length >= (int)sizeof subject)
        nats_fail(QUESTION, "the name of the inbox is too long");
    long primes = count_primes(id, n);
    nats_publish(nc, subject, primes);
    printf("answered: %ld primes\n", primes);
}

static void serve(natsConnection *nc, int id)
{
    struct waitgroup wg = {0};
    struct nats_receiver in = nats_receiver(nats_subscribe(nc, "services.*"));
    bool stopped = false;
    wg_go(&wg, nats_receive, in);
    puts("ready");
    for (natsMsg *m; !stopped && chan_recv(in.to, &m); natsMsg_Destroy(m)) {
        if (strcmp(natsMsg_GetSubject(m), STOP) == 0)
            stopped = true;
        else
            answer(nc, id, m);
    }
    if (!stopped)
        nats_fail("serve", "the connection is closed");
    nats_unsubscribe(in);
    wg_wait(&wg);
    nats_free(in);
}

/* ---- The client ---- */

struct answers {
    int wanted, count;
    bool from[MOST_SERVICES + 1]; /* true: this service has answered */
    long primes;
};

static void take_answer(struct answers *a, natsMsg *m)
{
    long primes = nats_number(m);
    int id = atoi(strrchr(natsMsg_GetSubject(m), '.') + 1);
    if (id < 1 || id > a->wanted)
        nats_fail("answer", "there is no such service");
    if (a->from[id])
        nats_fail("answer", "two services have the same number");
    a->from[id] = true;
    a->count++;
    a->primes += primes;
    natsMsg_Destroy(m);
}

/* Returns when each service has answered, or at the deadline. Nothing else ends
 * the wait: no message says that a service will never answer. */
static void wait_for_all(struct answers *a, chan(natsMsg *) inbox, int limit_ms)
{
    chan(struct timespec) deadline = chan_after_ms(limit_ms);
    while (a->count < a->wanted) {
        natsMsg *m = NULL;
        int chosen =
            chan_select(chan_on_recv(inbox, &m), chan_on_recv(deadline, NULL));
        if (chosen == 1)
            break;
        take_answer(a, m);
    }
    chan_free(deadline);
}

static void report(const struct answers *a)
{
    printf("%d of %d answers, %ld primes\n", a->count, a->wanted, a->primes);
    for (int id = 1; id <= a->wanted; id++)
        if (!a->from[id])
            printf("service %d is late\n", id);
}

/* Each question has an inbox of its own. So an answer that comes too late is
 * not taken for the answer to a later question. */
static void ask(natsConnection *nc, int services, int limit_ms)
{
    struct waitgroup wg = {0};
    struct answers answers = {.wanted = services};
    natsInbox *inbox = NULL;
    char subjects[256];
    nats_check(natsInbox_Create(&inbox), "inbox");
    snprintf(subjects, sizeof subjects, "%s.*", inbox);
    struct nats_receiver in = nats_receiver(nats_subscribe(nc, subjects));
    wg_go(&wg, nats_receive, in);
    nats_check(natsConnection_PublishRequestString(nc, QUESTION, inbox, "1000"),
               QUESTION);
    wait_for_all(&answers, in.to, limit_ms);
    report(&answers);
    nats_unsubscribe(in);
    wg_wait(&wg);
    nats_free(in);
    natsInbox_Destroy(inbox);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, n = 3, limit_ms = 4000;
    args(argc, argv,
         "nats-wait-for-all ask [SERVICES] [-t MILLISECONDS]"
         " | serve [SERVICE] | stop",
         arg_choice(&role, "ask", "serve", "stop"),
         arg_number(&n, 1, MOST_SERVICES),
         opt_number('t', &limit_ms, 1, 60000));
    if (role < 0)
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        ask(nc, n, limit_ms);
    else if (role == 1)
        serve(nc, n);
    else
        nats_check(natsConnection_PublishString(nc, STOP, ""), STOP);
    nats_close(nc);
}
