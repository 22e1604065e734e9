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
 * Include chan.h before it, and compile with -lnats. scripts/setup nats
 * installs the library and the server.
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

/* Ends the program with "NAME: WHAT: WHY" and status 1. (cppcheck overlooks a
 * _Noreturn in this place.) */
__attribute__((noreturn)) static inline void nats_fail(const char *what,
                                                       const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
    fflush(stdout);
    _exit(1); /* the threads of the library may still run */
}

/* The text of NATS_ERR is only "Error". The library keeps what the server has
 * said, behind the place in its own source: "(js.c:535): insufficient resources". */
static inline const char *nats_reason_(natsStatus status)
{
    const char *last = status == NATS_ERR ? nats_GetLastError(NULL) : NULL;
    const char *said = last ? strstr(last, "): ") : NULL;
    return said ? said + strlen("): ") : natsStatus_GetText(status);
}

/* Ends the program if a call of the library has failed. */
static inline void nats_check(natsStatus status, const char *what)
{
    if (status != NATS_OK)
        nats_fail(what, nats_reason_(status));
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

/* The library connects again after an outage, and subscribes again. */
static inline void nats_report_reconnected_(natsConnection *nc, void *unused)
{
    (void)nc;
    (void)unused;
    fprintf(stderr, "%s: reconnected\n", program_invocation_short_name);
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
    nats_check(
        natsOptions_SetReconnectedCB(options, nats_report_reconnected_, NULL),
        server);
    nats_check(natsConnection_Connect(&nc, options), server);
    natsOptions_Destroy(options);
    return nc;
}

/* Returns when the server has all that was sent to it. */
static inline void nats_flush(natsConnection *nc)
{
    nats_check(natsConnection_FlushTimeout(nc, 5000), "flush");
}

/* Subscribes, and returns when the server knows of it. A message that another
 * process publishes from now on is received. */
static inline natsSubscription *nats_subscribe(natsConnection *nc,
                                               const char *subject)
{
    natsSubscription *sub = NULL;
    nats_check(natsConnection_SubscribeSync(&sub, nc, subject), subject);
    nats_flush(nc);
    return sub;
}

/* The same as a member of a queue group: the server sends each message to one of
 * the members. */
static inline natsSubscription *nats_join(natsConnection *nc,
                                          const char *subject,
                                          const char *group)
{
    natsSubscription *sub = NULL;
    nats_check(natsConnection_QueueSubscribeSync(&sub, nc, subject, group),
               subject);
    nats_flush(nc);
    return sub;
}

/* Returns how many messages the library has dropped for this subscription. */
static inline int64_t nats_dropped(natsSubscription *sub)
{
    int64_t count = 0;
    nats_check(natsSubscription_GetDropped(sub, &count), "dropped");
    return count;
}

/* A subscription that is full drops messages. The library says so once, before
 * it returns those that wait, and reading goes on. */
static inline void nats_report_dropped_(natsSubscription *sub)
{
    fprintf(stderr, "%s: too slow: %lld messages dropped so far\n",
            program_invocation_short_name, (long long)nats_dropped(sub));
}

struct nats_receiver {
    natsSubscription *from;
    chan(natsMsg *) to; /* its receiver calls natsMsg_Destroy() */
};

static inline struct nats_receiver nats_receiver(natsSubscription *from)
{
    return (struct nats_receiver){from, chan_make(natsMsg *, 0)};
}

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

/* Returns the next message, or NULL when the channel is closed. */
static inline natsMsg *nats_next(chan(natsMsg *) from)
{
    natsMsg *next = NULL;
    chan_recv(from, &next);
    return next;
}

/* Ends a subscription. Its nats_receive() closes the channel, and what is still
 * in the channel is dropped here. */
static inline void nats_unsubscribe(struct nats_receiver r)
{
    nats_check(natsSubscription_Unsubscribe(r.from), "unsubscribe");
    for (natsMsg *message; chan_recv(r.to, &message);)
        natsMsg_Destroy(message);
}

/* Frees both ends. Call it when nats_receive() has returned. */
static inline void nats_free(struct nats_receiver r)
{
    natsSubscription_Destroy(r.from);
    chan_free(r.to);
}

/* Sends what the library has buffered, and ends the library. A publish only
 * fills a buffer, so a program that returns without this call loses messages. */
static inline void nats_close(natsConnection *nc)
{
    nats_flush(nc);
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
 * number ends the program, with `what` in the message. An answer to a request
 * needs that, because its own subject is an inbox with a random name. */
static inline long nats_number_named(natsMsg *message, const char *what)
{
    char text[32] = "";
    int length = natsMsg_GetDataLength(message);
    if (length > 0 && length < (int)sizeof text)
        memcpy(text, natsMsg_GetData(message), (size_t)length);
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || end != text + length || errno != 0)
        nats_fail(what, "the message is not a number");
    return n;
}

/* The same with the subject of the message. NULL, which a closed channel gives,
 * ends the program as well. */
static inline long nats_number(natsMsg *message)
{
    if (!message)
        nats_fail("receive", "the connection is closed");
    return nats_number_named(message, natsMsg_GetSubject(message));
}

/* ---- JetStream, the part of the server that stores messages ---- */

/* Makes an empty stream of this name, which stores each message on this subject
 * until a receiver has acknowledged it. jsCtx_Destroy() frees the result. */
static inline jsCtx *nats_make_stream(natsConnection *nc, const char *name,
                                      const char *subject)
{
    jsCtx *js = NULL;
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = name;
    config.Subjects = &subject;
    config.SubjectsLen = 1;
    config.Retention = js_WorkQueuePolicy;
    nats_check(natsConnection_JetStream(&js, nc, NULL), "JetStream");
    js_DeleteStream(js, name, NULL, NULL); /* what an earlier run has left */
    nats_check(js_AddStream(NULL, js, &config, NULL, NULL), "JetStream");
    return js;
}

/* Publishes a number, and returns when the stream has stored it. */
static inline void nats_store(jsCtx *js, const char *subject, long n)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld", n);
    nats_check(js_Publish(NULL, js, subject, text, length, NULL, NULL),
               subject);
}

/* Subscribes to the messages that a stream stores. Subscriptions that name the
 * same consumer share the messages. The server sends a message again if it is
 * not acknowledged within ack_wait_ms. */
static inline natsSubscription *nats_pull(natsConnection *nc,
                                          const char *subject,
                                          const char *consumer, int ack_wait_ms)
{
    jsCtx *js = NULL;
    natsSubscription *sub = NULL;
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Config.AckPolicy = js_AckExplicit;
    options.Config.AckWait = ack_wait_ms * INT64_C(1000000);
    nats_check(natsConnection_JetStream(&js, nc, NULL), "JetStream");
    nats_check(
        js_PullSubscribe(&sub, js, subject, consumer, NULL, &options, NULL),
        subject);
    jsCtx_Destroy(js); /* the subscription keeps what it needs */
    return sub;
}

/* Fetches at most `most` messages, or fewer if no more come in time. The caller
 * calls natsMsgList_Destroy(). */
static inline natsMsgList nats_fetch_list(natsSubscription *sub, int most,
                                          int timeout_ms)
{
    natsMsgList list = {0};
    natsStatus status =
        natsSubscription_Fetch(&list, sub, most, timeout_ms, NULL);
    if (status != NATS_TIMEOUT)
        nats_check(status, "fetch");
    return list;
}

/* Fetches one message, or returns NULL if none comes in time. */
static inline natsMsg *nats_fetch(natsSubscription *sub, int timeout_ms)
{
    natsMsgList list = nats_fetch_list(sub, 1, timeout_ms);
    if (list.Count == 0)
        return NULL;
    natsMsg *message = list.Msgs[0];
    list.Msgs[0] = NULL; /* the caller destroys it */
    natsMsgList_Destroy(&list);
    return message;
}

#endif
