/* closed-in-select, broken -- the case of a closed channel stays on.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct source {
    int records;
    chan(int) out;
};

static void source(void *arg)
{
    const struct source *s = arg;
    for (int record = 1; record <= s->records; record++) {
        sleep_ms(20); /* stands for waiting for a record */
        chan_send(s->out, record);
    }
    chan_close(s->out);
}

int main(void)
{
    chan(int) first = chan_make(int, 0);
    chan(int) second = chan_make(int, 0);
    struct waitgroup sources = {0};
    wg_go(&sources, source, (struct source){2, first});
    wg_go(&sources, source, (struct source){10, second});

    bool first_open = true, second_open = true;
    int record, records = 0, selects = 0;
    for (; first_open || second_open; selects++) {
        int from = chan_select(chan_on_recv(first, &record, &first_open),
                               chan_on_recv(second, &record, &second_open));
        if (from == 0 ? first_open : second_open)
            records++;
    }
    printf("%d records, %d selects\n", records, selects);

    wg_wait(&sources);
    chan_free(first);
    chan_free(second);
}
