/* six-bugs, version six -- only main counts.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct fetch {
    const char *page;
    chan(bool) slots;
    chan(const char *) failures;
    struct waitgroup *group;
};

/* Stands for a download: a page exists if its name begins with a slash. */
static bool get(const char *page)
{
    sleep_ms(10);
    return *page == '/';
}

static void fetch(void *arg)
{
    const struct fetch *f = arg;
    defer(wg_done, f->group);
    chan_send(f->slots, true);
    bool ok = get(f->page);
    chan_recv(f->slots, NULL);
    if (!ok)
        chan_send(f->failures, f->page);
}

int main(void)
{
    static const char *pages[] = {"/news", "nosuch", "/map", "gone", "/help"};
    enum { PAGES = sizeof pages / sizeof *pages };
    struct waitgroup fetches = {0};
    chan(bool) slots = chan_make(bool, 2);
    chan(const char *) failures = chan_make(const char *, PAGES);

    for (int i = 0; i < PAGES; i++) {
        wg_add(&fetches, 1);
        go(fetch, (struct fetch){pages[i], slots, failures, &fetches});
    }
    wg_wait(&fetches);
    chan_close(failures);

    int failed = 0;
    for (const char *page; chan_recv(failures, &page); failed++)
        printf("failed: %s\n", page);
    printf("fetched %d of %d pages\n", PAGES - failed, PAGES);
    chan_free(failures);
}
