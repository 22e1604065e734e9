/* nats-pipeline -- the stages of a pipeline are processes.
 *
 * The program counts the words of a file. Each stage is a process, and the
 * subject on which it publishes is the input of the next stage. A stage never
 * waits for the next one, so a slow stage loses words. With --credit the server
 * stores the words in a stream, and the counter asks for a few at a time.
 *
 *     read --lines.*--> split --words--> count
 *                        '--words-end----'
 *
 * Watch the sum: the splitter tells at its end how many words it has sent.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <ctype.h>
#include <limits.h>

#include "nats.h"
#include "words.h"

enum { MOST = 256, ACK_WAIT_MS = 30000 };

/* Publishes the lines of the file, and at the end how many. */
static void read_lines(natsConnection *nc, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    long lines = 0;
    FILE *f = fopen(name, "r");
    if (!f)
        nats_fail(name, strerror(errno));
    for (int n; (n = (int)getline(&line, &size, f)) >= 0; lines++)
        nats_check(natsConnection_Publish(nc, "lines.next", line, n), name);
    nats_check(ferror(f) ? NATS_IO_ERROR : NATS_OK, name);
    free(line);
    fclose(f);
    nats_publish(nc, "lines.end", lines);
    printf("sent %ld lines\n", lines);
}

/* With a stream this returns when the server has stored the word. Without one,
 * no copy of the word is kept. */
static void send_word(natsConnection *nc, jsCtx *stream, const char *word,
                      int length)
{
    if (stream)
        nats_check(js_Publish(NULL, stream, "words", word, length, NULL, NULL),
                   "words");
    else
        nats_check(natsConnection_Publish(nc, "words", word, length), "words");
}

/* Sends each word of the line, and returns how many. */
static long send_words(natsConnection *nc, jsCtx *stream, natsMsg *line)
{
    long words = 0;
    const char *c = natsMsg_GetData(line);
    const char *end = c + natsMsg_GetDataLength(line);
    for (const char *word; (word = next_word(&c, end)); words++)
        send_word(nc, stream, word, (int)(c - word));
    return words;
}

static void split(natsConnection *nc, bool credit)
{
    struct waitgroup wg = {0};
    struct nats_receiver in = nats_receiver(nats_subscribe(nc, "lines.*"));
    jsCtx *stream = credit ? nats_make_stream(nc, "WORDS", "words") : NULL;
    long lines = 0, words = 0, sent = -1; /* -1: the reader has not ended */
    wg_go(&wg, nats_receive, in);
    puts("ready");
    for (natsMsg *m; sent < 0 && chan_recv(in.to, &m); natsMsg_Destroy(m)) {
        if (strcmp(natsMsg_GetSubject(m), "lines.end") == 0) {
            sent = nats_number(m);
        } else {
            words += send_words(nc, stream, m);
            lines++;
        }
    }
    if (lines != sent)
        nats_fail("split", "lines are missing");
    nats_publish(nc, "words-end", words);
    printf("sent %ld words\n", words);
    nats_unsubscribe(in);
    wg_wait(&wg);
    nats_free(in);
    jsCtx_Destroy(stream);
}

struct counter {
    long sent; /* LONG_MAX until the splitter has ended */
    struct tally tally;
};

static void take_end(struct counter *c, natsMsg *end)
{
    c->sent = nats_number(end);
    natsMsg_Destroy(end);
}

/* Counts each word that the library has not dropped. */
static void receive_all(struct counter *c, struct nats_receiver words,
                        struct nats_receiver end)
{
    while (c->tally.total + nats_dropped(words.from) < c->sent) {
        natsMsg *m = NULL;
        int chosen =
            chan_select(chan_on_recv(words.to, &m), chan_on_recv(end.to, &m));
        if (!m)
            nats_fail("count", "the connection is closed");
        if (chosen == 0)
            tally_add(&c->tally, m);
        else
            c->sent = nats_number(m);
        natsMsg_Destroy(m);
    }
}

/* Asks for at most `credit` words, counts them, and acknowledges each. Only
 * then it asks for more, so the server sends no word that has no place here. */
static void fetch_all(struct counter *c, natsSubscription *words, int credit,
                      struct nats_receiver end)
{
    int most = 0;
    while (c->tally.total < c->sent) {
        natsMsg *m;
        if (chan_select(chan_on_recv(end.to, &m), CHAN_DEFAULT) == 0)
            take_end(c, m);
        long left = c->sent - c->tally.total;
        int wanted = left < credit ? (int)left : credit;
        natsMsgList list = nats_fetch_list(words, wanted, 1000);
        most = list.Count > most ? list.Count : most;
        for (int i = 0; i < list.Count; i++) {
            tally_add(&c->tally, list.Msgs[i]);
            nats_check(natsMsg_AckSync(list.Msgs[i], NULL, NULL), "ack");
        }
        natsMsgList_Destroy(&list);
    }
    printf("at most %d words were unacknowledged\n", most);
}

/* A slow counter begins when the splitter has ended. The words wait until then:
 * in a buffer of `capacity` words, or with credit in the stream. */
static void sum_up(natsConnection *nc, int capacity, bool slow, bool credit)
{
    struct waitgroup wg = {0};
    static struct counter c = {.sent = LONG_MAX};
    struct nats_receiver end = nats_receiver(nats_subscribe(nc, "words-end"));
    struct nats_receiver words =
        nats_receiver(credit ? nats_pull(nc, "words", "counter", ACK_WAIT_MS)
                             : nats_subscribe(nc, "words"));
    if (!credit)
        natsSubscription_SetPendingLimits(words.from, capacity, -1);
    puts("ready");
    wg_go(&wg, nats_receive, end);
    if (slow)
        take_end(&c, nats_next(end.to));
    if (credit) {
        fetch_all(&c, words.from, capacity, end);
    } else {
        wg_go(&wg, nats_receive, words);
        receive_all(&c, words, end);
        nats_unsubscribe(words);
    }
    tally_print(&c.tally);
    printf("%ld words sent, %ld counted, %ld lost\n", c.sent, c.tally.total,
           c.sent - c.tally.total);
    nats_unsubscribe(end);
    wg_wait(&wg);
    nats_free(end);
    nats_free(words);
}

/* ---- The program around it: options, input, report ---- */

int main(int argc, char **argv)
{
    int role = -1, capacity = MOST;
    bool slow = false, credit = false;
    const char *file = NULL;
    args(argc, argv,
         "nats-pipeline read FILE | split [--credit]"
         " | count [-c CAPACITY] [--slow] [--credit]",
         arg_choice(&role, "read", "split", "count"), arg_text(&file),
         opt_number('c', &capacity, 1, MOST), opt_flag("slow", &slow),
         opt_flag("credit", &credit));
    if (role < 0 || (role == 0) != (file != NULL))
        args_misuse();
    natsConnection *nc = nats_open();
    if (role == 0)
        read_lines(nc, file);
    else if (role == 1)
        split(nc, credit);
    else
        sum_up(nc, capacity, slow, credit);
    nats_close(nc);
}
