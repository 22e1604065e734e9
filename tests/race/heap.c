/* heap -- a block is handed over, and used after that. `heap fixed` does not use it.
 *
 * A goroutine that sends a pointer over a channel must not use the block after that.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct letter {
    int pages, read_by;
};

static void reader(void *arg)
{
    chan(struct letter *) post = arg;
    for (struct letter *letter; chan_recv(post, &letter);) {
        printf("%d pages\n", letter->pages); /* read */
        sleep_ms(2);
        free(letter);
    }
}

int main(int argc, char **argv)
{
    struct waitgroup wg = {0};
    chan(struct letter *) post = chan_make(struct letter *, 1);
    (void)argv;
    wg_go(&wg, reader, post);
    struct letter *letter = calloc(1, sizeof *letter); /* allocated */
    if (letter)
        letter->pages = 3;
    chan_send(post, letter);
    if (argc == 1 && letter)
        letter->pages = 4; /* written */
    chan_close(post);
    wg_wait(&wg);
    chan_free(post);
}
