/* request-reply -- the answer comes back on a channel inside the question.
 *
 * At the cloakroom many guests ask at once, and several attendants run. Whoever
 * is quicker comes back first; how does each coat find its owner? Every guest
 * brings along the channel on which he waits, and sends it with his ticket.
 *
 *     guest --{ ticket 7, reply }--.
 *     guest --{ ticket 4, reply }--+--questions--> attendants, any of them
 *       ^                                              |
 *       '------------------reply: coat 4---------------'
 *
 * Watch the order in which they get away, and that each has his own coat. The
 * last has a ticket from another house: he gets an answer, too.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { ATTENDANTS = 2, NO_COAT = 0 };

struct question {
    int ticket;
    chan(int) reply;
};

struct attendant {
    int coats;
    chan(struct question) questions;
};

static void attendant(void *arg)
{
    const struct attendant *a = arg;
    for (struct question q; chan_recv(a->questions, &q);) {
        sleep_ms(q.ticket % 2 ? 20 : 10); /* some hang further back */
        int coat = q.ticket <= a->coats ? q.ticket : NO_COAT;
        chan_send(q.reply, coat); /* one answer, whatever it is */
    }
}

/* To a guest it looks like a function call. */
static int ask(chan(struct question) questions, int ticket)
{
    int coat;
    chan(int) reply = chan_make(int, 1); /* so no attendant waits for us */
    chan_send(questions, (struct question){ticket, reply});
    chan_recv(reply, &coat);
    chan_free(reply); /* there was one answer to come: nobody will use it */
    return coat;
}

struct guest {
    int ticket, coat; /* and what he should get */
    chan(struct question) questions;
    chan(bool) satisfied;
};

static void guest(void *arg)
{
    const struct guest *g = arg;
    int coat = ask(g->questions, g->ticket);
    if (coat == NO_COAT)
        printf("ticket %d: there is no such coat\n", g->ticket);
    else
        printf("ticket %d: coat %d\n", g->ticket, coat);
    chan_send(g->satisfied, coat == g->coat);
}

int main(int argc, char **argv)
{
    int n = args_number(argc, argv, "request-reply [GUESTS]", 4, 1, 500);
    int coats = n - 1, right = 0;
    chan(struct question) questions = chan_make(struct question, 0);
    chan(bool) satisfied = chan_make(bool, 0);
    struct waitgroup guests = {0}, attendants = {0};

    for (int i = 0; i < ATTENDANTS; i++)
        wg_go(&attendants, attendant, (struct attendant){coats, questions});
    for (int i = 1; i <= n; i++) {
        int his = i <= coats ? i : NO_COAT;
        wg_go(&guests, guest, (struct guest){i, his, questions, satisfied});
    }
    for (int i = 0; i < n; i++) {
        bool yes;
        chan_recv(satisfied, &yes);
        right += yes;
    }

    wg_wait(&guests);
    chan_close(questions); /* nobody will ask any more: they may go home */
    wg_wait(&attendants);
    chan_free(questions);
    chan_free(satisfied);
    printf("%d of %d got the right answer\n", right, n);
    return right != n;
}
