/* argument-of-go, broken -- each goroutine gets the address of a variable in a loop.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

struct job {
    int id;
    const char *file;
};

static void process(void *arg)
{
    const struct job *job = arg;
    printf("job %d: %s\n", job->id, job->file);
}

int main(void)
{
    static const char *files[] = {"access.log", "error.log", "mail.log"};
    struct waitgroup jobs = {0};

    for (int i = 0; i < 3; i++) {
        struct job job = {i + 1, files[i]};
        wg_go(&jobs, process, &job);
    }
    wg_wait(&jobs);
}
