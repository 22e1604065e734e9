/* restore-sequence -- let nobody run ahead: each message waits for its answer.
 *
 * Three reporters send their reports to one desk. Ann is quick: she could file
 * her next three before bob has ended his first. But an edition is made of one
 * report of each, so the editor gets every message with a way back to its
 * sender, and holds all answers back until the edition is printed.
 *
 *     ann --.                  .--> printed --> ann goes on
 *     bob --+--desk--> editor -+--> printed --> bob goes on
 *     cat --'                  '--> printed --> cat goes on
 *
 * Watch the numbers: names mix within an edition, editions never mix.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { REPORTERS = 3 };

static const char *const names[REPORTERS] = {"ann", "bob", "cat"};

struct report {
    int reporter, edition;
    chan(bool) printed; /* whoever sent this waits here for the answer */
};

struct reporter {
    int id, writing_ms, editions;
    chan(struct report) desk;
};

static void reporter(void *arg)
{
    const struct reporter *self = arg;
    chan(bool) printed = chan_make(bool, 0);

    for (int edition = 1; edition <= self->editions; edition++) {
        sleep_ms(self->writing_ms);
        chan_send(self->desk, (struct report){self->id, edition, printed});
        chan_recv(printed, NULL); /* whatever the others still have to write */
    }
    chan_free(printed); /* the last answer is here, so nobody will use it */
}

/* Returns how many of the reports belong into this edition. */
static int make_edition(int edition, chan(struct report) desk)
{
    struct report reports[REPORTERS];
    int right = 0;

    printf("edition %d:", edition);
    for (int i = 0; i < REPORTERS; i++) {
        chan_recv(desk, &reports[i]);
        printf(" %s%d", names[reports[i].reporter], reports[i].edition);
        right += reports[i].edition == edition;
    }
    puts(", printed");

    /* Not a moment before: ann files her next as soon as she is answered. */
    for (int i = 0; i < REPORTERS; i++)
        chan_send(reports[i].printed, true);
    return right;
}

int main(int argc, char **argv)
{
    int editions =
        args_number(argc, argv, "restore-sequence [EDITIONS]", 3, 0, 100000);
    int right = 0;
    struct waitgroup reporters = {0};
    /* Room for all: nobody waits to hand in, only for the answer. */
    chan(struct report) desk = chan_make(struct report, REPORTERS);
    for (int id = 0; id < REPORTERS; id++)
        wg_go(&reporters, reporter,
              (struct reporter){id, id == 0 ? 0 : 20, editions, desk});

    for (int edition = 1; edition <= editions; edition++)
        right += make_edition(edition, desk);

    wg_wait(&reporters);
    chan_free(desk);
    printf("%d reports, %s\n", REPORTERS * editions,
           right == REPORTERS * editions ? "each in its edition"
                                         : "some in the wrong edition");
    return right != REPORTERS * editions;
}
