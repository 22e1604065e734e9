/* search -- ask everybody at once, wait only so long, and ask twice.
 *
 * A search asks three services: for texts, pictures and films. Asked in turn
 * they cost the sum of their times; at once, that of the slowest. A limit
 * makes us answer without the slowest, and replicas make the slowest rare.
 *
 *     replica --.            .------- texts ----.
 *     replica --+-- first ---+------- films ----+--answers--> search
 *     replica --'            '------ pictures --'      limit--^
 *
 * Watch what is late in the third search and not in the fourth. And watch the
 * last line: an answer that nobody waits for must still have a place to go.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdatomic.h>
#include <stdio.h>

enum { KINDS = 3, REPLICAS = 3, UNLIMITED = -1 };

static const char *const kinds[KINDS] = {"texts", "pictures", "films"};
static const int takes_ms[KINDS][REPLICAS] = {
    {10, 25, 40}, {20, 5, 60}, {50, 35, 15}};

static atomic_int asked, used, discarded;

struct question {
    int kind, replica;
    chan(int) answers; /* with room for all who are asked */
};

static void ask(void *arg)
{
    const struct question *q = arg;
    asked++;
    sleep_ms(takes_ms[q->kind][q->replica]);
    chan_send(q->answers, q->kind); /* never blocks, whoever has left */
}

/* Asks all replicas and passes on the first answer, at once. Only then do we
 * wait for the others: nobody but us knows that they exist. */
static void ask_first(void *arg)
{
    const struct question *q = arg;
    chan(int) answers = chan_make(int, REPLICAS);
    struct waitgroup replicas = {0};
    for (int i = 0; i < REPLICAS; i++)
        wg_go(&replicas, ask, (struct question){q->kind, i, answers});

    int answer;
    chan_recv(answers, &answer);
    chan_send(q->answers, answer);

    wg_wait(&replicas);
    discarded += (int)chan_len(answers);
    chan_free(answers);
}

/* Takes what comes in time, and names what does not. */
static void collect(chan(int) answers, int limit_ms)
{
    bool here[KINDS] = {false};
    int kind, n = 0;
    /* NULL is never ready: without a limit that case is switched off. */
    chan(struct timespec) limit =
        limit_ms == UNLIMITED ? NULL : chan_after_ms(limit_ms);

    while (n < KINDS && chan_select(chan_on_recv(answers, &kind),
                                    chan_on_recv(limit, NULL)) == 0) {
        here[kind] = true, n++, used++;
        printf(" %s", kinds[kind]);
    }
    for (int i = 0; i < KINDS; i++)
        if (!here[i])
            printf(" (%s: late)", kinds[i]);
    puts("");
    chan_free(limit);
}

struct search {
    const char *version;
    void (*asker)(void *);
    bool in_turn;
    int limit_ms;
};

static void search(struct search s)
{
    chan(int) answers = chan_make(int, KINDS);
    struct waitgroup askers = {0};
    void (*asker)(void *) = s.asker;
    long long began = now_ms();
    printf("%s:", s.version);
    for (int i = 0; i < KINDS; i++) {
        wg_go(&askers, asker, (struct question){i, 0, answers});
        if (s.in_turn)
            wg_wait(&askers);
    }
    collect(answers, s.limit_ms);
    fprintf(stderr, "~ %s: %lld ms\n", s.version, now_ms() - began);

    wg_wait(&askers); /* the page is out by now; we clear the table */
    discarded += (int)chan_len(answers);
    chan_free(answers);
}

int main(int argc, char **argv)
{
    int limit_ms = 30, version = -1;
    args(argc, argv, "search [LIMIT_MS [VERSION]]   (30, and all of them)",
         arg_number(&limit_ms, 0, 1000000),
         arg_choice(&version, "1.0", "2.0", "2.1", "3.0"));

    const struct search searches[] = {
        {"1.0 in turn", ask, true, UNLIMITED},
        {"2.0 at once", ask, false, UNLIMITED},
        {"2.1 with a limit", ask, false, limit_ms},
        {"3.0 with replicas", ask_first, false, limit_ms}};
    for (int i = 0; i < 4; i++)
        if (version < 0 || version == i)
            search(searches[i]);

    bool none_lost = asked == used + discarded;
    printf("%d asked = %d used + %d discarded, %s\n", asked, used, discarded,
           none_lost ? "none lost" : "some lost");
    return !none_lost;
}
