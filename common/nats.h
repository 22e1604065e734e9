/* nats.h -- the bridge from NATS to channels.
 *
 *     natsConnection *nc = nats_open();
 *     natsSubscription *sub = nats_subscribe(nc, "jobs");
 *     wg_go(&wg, nats_receive, ((struct nats_receiver){sub, jobs}));
 *     for (natsMsg *job; chan_recv(jobs, &job);)
 *         ...
 *     nats_close(nc);
 *
 * A goroutine waits in natsSubscription_NextMsg() and sends each message into a
 * channel. It may block in that send, because it is no thread of the library. A
 * callback must not block: it would stop the thread that delivers messages.
 *
 * An error that the program cannot repair is one line on stderr and status 1.
 * Include chan.h before it, and compile with -lnats. scripts/setup nats installs the library and the server.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef NATS_BRIDGE_H
#define NATS_BRIDGE_H

#include <errno.h>
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program with "NAME: WHAT: WHY" and status 1. */
static inline _Noreturn void nats_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
    fflush(stdout);
    _exit(1); /* the threads of the library may still run */
}

/* Ends the program if a call of the library has failed. */
static inline void nats_check(natsStatus status, const char *what)
{
    if (status != NATS_OK)
        nats_fail(what, natsStatus_GetText(status));
}

/* Without a handler the library prints such an error itself. The next call of
 * the library returns it as well, and nats_check() reports it there. */
static inline void nats_ignore_(natsConnection *nc, natsSubscription *sub,
                                natsStatus status, void *unused)
{
    (void)nc;
    (void)sub;
    (void)status;
    (void)unused;
}

/* Connects to the server of NATS_URL, or to port 4222 of this machine. Each line
 * of stdout is printed at once from now on, because several processes print. */
static inline natsConnection *nats_open(void)
{
    natsConnection *nc = NULL;
    natsOptions *options = NULL;
    const char *url = getenv("NATS_URL");
    if (!url || !*url)
        url = "nats://127.0.0.1:4222";
    /* A message shows the address without the name and the password. */
    const char *at = strrchr(url, '@');
    const char *server = at ? at + 1 : url;
    setvbuf(stdout, NULL, _IOLBF, 0);
    nats_check(natsOptions_Create(&options), server);
    nats_check(natsOptions_SetURL(options, url), server);
    nats_check(natsOptions_SetErrorHandler(options, nats_ignore_, NULL),
               server);
    nats_check(natsConnection_Connect(&nc, options), server);
    natsOptions_Destroy(options);
    return nc;
}

/* Subscribes, and returns when the server knows of it. A message that another
 * process publishes from now on is received. */
static inline natsSubscription *nats_subscribe(natsConnection *nc,
                                               const char *subject)
{
    natsSubscription *sub = NULL;
    nats_check(natsConnection_SubscribeSync(&sub, nc, subject), subject);
    nats_check(natsConnection_FlushTimeout(nc, 5000), "flush");
    return sub;
}

/* A subscription that is full drops messages. The library says so once, before
 * it returns those that wait, and reading goes on. */
static inline void nats_report_dropped_(natsSubscription *sub)
{
    int64_t dropped = 0;
    natsSubscription_GetDropped(sub, &dropped);
    fprintf(stderr, "%s: too slow: %lld messages dropped so far\n",
            program_invocation_short_name, (long long)dropped);
}

struct nats_receiver {
    natsSubscription *from;
    chan(natsMsg *) to; /* its receiver calls natsMsg_Destroy() */
};

/* A goroutine: sends each message into the channel, and closes the channel when
 * the subscription or the connection has ended. */
static inline void nats_receive(void *arg)
{
    const struct nats_receiver *r = arg;
    natsStatus status = NATS_OK;
    while (status == NATS_OK || status == NATS_TIMEOUT ||
           status == NATS_SLOW_CONSUMER) {
        natsMsg *message = NULL;
        status = natsSubscription_NextMsg(&message, r->from, 1000);
        if (status == NATS_OK)
            chan_send(r->to, message);
        if (status == NATS_SLOW_CONSUMER)
            nats_report_dropped_(r->from);
    }
    chan_close(r->to);
}

/* Ends a subscription. Its nats_receive() closes the channel, and what is still
 * in the channel is dropped here. */
static inline void nats_unsubscribe(struct nats_receiver r)
{
    nats_check(natsSubscription_Unsubscribe(r.from), "unsubscribe");
    for (natsMsg *message; chan_recv(r.to, &message);)
        natsMsg_Destroy(message);
}

/* Sends what the library has buffered, and ends the library. A publish only
 * fills a buffer, so a program that returns without this call loses messages. */
static inline void nats_close(natsConnection *nc)
{
    nats_check(natsConnection_FlushTimeout(nc, 5000), "flush");
    natsConnection_Destroy(nc);
    nats_Close();
}

/* Publishes a number as decimal text. */
static inline void nats_publish(natsConnection *nc, const char *subject, long n)
{
    char text[32];
    snprintf(text, sizeof text, "%ld", n);
    nats_check(natsConnection_PublishString(nc, subject, text), subject);
}

/* Returns the number that nats_publish() has sent. A message that is no such
 * number ends the program. */
static inline long nats_number(natsMsg *message)
{
    char text[32] = "";
    int length = natsMsg_GetDataLength(message);
    if (length > 0 && length < (int)sizeof text)
        memcpy(text, natsMsg_GetData(message), (size_t)length);
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || end != text + length || errno != 0)
        nats_fail(natsMsg_GetSubject(message), "the message is not a number");
    return n;
}

#endif
