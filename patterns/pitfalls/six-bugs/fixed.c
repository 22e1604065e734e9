/* six-bugs, fixed -- and what was made is freed.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

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
    defer(wg_done, f->away);
    chan_send(f->slots, true);
    bool there = get(f->page);
    chan_recv(f->slots, NULL);
    if (!there)
        chan_send(f->failures, f->page);
}

int main(void)
{
    static const char *pages[] = {"/news", "nosuch", "/map", "gone", "/help"};
    enum { PAGES = sizeof pages / sizeof *pages };
    struct waitgroup away = {0};
    chan(bool) slots = chan_make(bool, 2);
    chan(const char *) failures = chan_make(const char *, PAGES);

    for (int i = 0; i < PAGES; i++) {
        wg_add(&away, 1);
        go(fetch, (struct fetch){pages[i], slots, failures, &away});
    }
    wg_wait(&away);
    chan_close(failures);

    int failed = 0;
    for (const char *page; chan_recv(failures, &page); failed++)
        printf("failed: %s\n", page);
    printf("%d of %d fetched\n", PAGES - failed, PAGES);
    chan_free(failures);
    chan_free(slots);
}
