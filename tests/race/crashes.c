/* crashes -- a goroutine follows a null pointer.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct node {
    struct node *next;
    int n;
};

static int sum(const struct node *list)
{
    return list->n + sum(list->next); /* crashes */
}

static void adds(void *arg)
{
    printf("%d\n", sum(arg)); /* calls */
}

int main(void)
{
    struct node last = {NULL, 2}, first = {&last, 1};
    struct waitgroup wg = {0};
    wg_go(&wg, adds, &first);
    wg_wait(&wg);
}
