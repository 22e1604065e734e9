/* guard.h -- makes a late touch of freed memory fatal. Include it before chan.h.
 *
 * From here on malloc() returns pages or slots. free() takes all access to pages away,
 * so a thread that still reads or writes there dies by SIGSEGV. Because that takes
 * time, only one in guard_every allocations gets pages. free() fills a slot with ones,
 * and when the slot is used again, many calls later, not a bit of it may have
 * changed.
 *
 * The sanitizers and valgrind (COOKBOOK_SLOW=1) find uses of freed memory themselves,
 * so the guard is off there.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef GUARD_H
#define GUARD_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

__attribute__((unused)) static unsigned guard_every = 16;

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GUARD_NOTHING
#endif
#endif
#else
#define GUARD_NOTHING
#endif

#ifndef GUARD_NOTHING
enum { GUARD_PAGE = 4096, GUARD_SLOT = 512, GUARD_HEAD = 64 };
enum guard_kind { GUARD_PLAIN, GUARD_PAGES, GUARD_SLOTS };

struct guard_head {
    size_t size;
    enum guard_kind kind;
};

/* The blocks freed last, without access or full of ones; first in, first out. */
struct guard_ring {
    char *freed[256];
    unsigned n;
};

static struct {
    pthread_mutex_t lock;
    struct guard_ring pages, slots;
    unsigned turn;
} guard = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Puts `freed` into the ring, unless it is NULL. Returns the block whose place it
 * takes, or NULL. */
static inline char *guard_turn(struct guard_ring *ring, char *freed)
{
    pthread_mutex_lock(&guard.lock);
    char **place = &ring->freed[ring->n % 256], *oldest = *place;
    *place = freed;
    ring->n += freed != NULL;
    pthread_mutex_unlock(&guard.lock);
    return oldest;
}

static inline enum guard_kind guard_choose(size_t size)
{
    const char *slow = getenv("COOKBOOK_SLOW");
    if (slow && *slow == '1')
        return GUARD_PLAIN;
    pthread_mutex_lock(&guard.lock);
    unsigned turn = guard.turn++;
    pthread_mutex_unlock(&guard.lock);
    return size <= GUARD_SLOT && turn % guard_every ? GUARD_SLOTS : GUARD_PAGES;
}

static inline char *guard_new_slot(void)
{
    char *slot = guard_turn(&guard.slots, NULL);
    for (int i = GUARD_HEAD; slot && i < GUARD_SLOT; i++)
        if (slot[i] != (char)0xff) {
            fprintf(stderr, "freed memory was changed at byte %d\n",
                    i - GUARD_HEAD);
            abort();
        }
    return slot ? slot : malloc(GUARD_SLOT);
}

static inline char *guard_new_pages(size_t size)
{
    char *pages = size == GUARD_PAGE ? guard_turn(&guard.pages, NULL) : NULL;
    if (pages) {
        mprotect(pages, GUARD_PAGE, PROT_READ | PROT_WRITE);
        return pages;
    }
    pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

static inline void *guard_malloc(size_t size)
{
    if (size > PTRDIFF_MAX - 2 * GUARD_PAGE)
        return NULL;
    size += GUARD_HEAD;
    struct guard_head head = {size, guard_choose(size)};
    if (head.kind == GUARD_PAGES)
        head.size = (size + GUARD_PAGE - 1) / GUARD_PAGE * GUARD_PAGE;
    char *p = head.kind == GUARD_PAGES   ? guard_new_pages(head.size)
              : head.kind == GUARD_SLOTS ? guard_new_slot()
                                         : malloc(size);
    if (!p)
        return NULL;
    memcpy(p, &head, sizeof head);
    return p + GUARD_HEAD;
}

static inline void *guard_calloc(size_t n, size_t size)
{
    void *p = size && n > PTRDIFF_MAX / size ? NULL : guard_malloc(n * size);
    return p ? memset(p, 0, n * size) : NULL;
}

static inline void guard_free(void *freed)
{
    struct guard_head head;
    if (!freed)
        return;
    char *old, *p = (char *)freed - GUARD_HEAD;
    memcpy(&head, p, sizeof head);
    switch (head.kind) {
    case GUARD_PLAIN:
        free(p);
        return;
    case GUARD_SLOTS:
        memset(p + GUARD_HEAD, 0xff, GUARD_SLOT - GUARD_HEAD);
        free(guard_turn(&guard.slots, p));
        return;
    case GUARD_PAGES:
        if (head.size > GUARD_PAGE)
            munmap(p + GUARD_PAGE, head.size - GUARD_PAGE);
        mprotect(p, GUARD_PAGE, PROT_NONE);
        old = guard_turn(&guard.pages, p);
        if (old)
            munmap(old, GUARD_PAGE);
    }
}

#define malloc guard_malloc
#define calloc guard_calloc
#define free guard_free
#endif

#endif
