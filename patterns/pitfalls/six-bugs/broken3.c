/* six-bugs, third rung -- one wait group for all.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

static int fetched;

struct fetch {
    const char *page;
    chan(bool) slots;
    chan(const char *) failures;
    struct waitgroup *away;
};

/* The work: a page of which the name begins with a slash is there. */
static bool get(const char *page)
{
    sleep_ms(10);
    return *page == '/';
}

static void fetch(void *arg)
{
    const struct fetch *f = arg;
    chan_send(f->slots, true);
    bool there = get(f->page);
    chan_recv(f->slots, NULL);
    if (!there) {
        chan_send(f->failures, f->page);
        return;
    }
    fetched++;
    wg_done(f->away);
}

int main(void)
{
    static const char *pages[] = {"/news", "nosuch", "/map", "gone", "/help"};
    enum { PAGES = sizeof pages / sizeof *pages };
    struct waitgroup away = {0};
    chan(bool) slots = chan_make(bool, 2);
    chan(const char *) failures = chan_make(const char *, 1);

    for (int i = 0; i < PAGES; i++) {
        wg_add(&away, 1);
        go(fetch, (struct fetch){pages[i], slots, failures, &away});
    }
    wg_wait(&away);
    chan_close(failures);

    for (const char *page; chan_recv(failures, &page);)
        printf("failed: %s\n", page);
    printf("%d of %d fetched\n", fetched, PAGES);
    chan_free(failures);
}
