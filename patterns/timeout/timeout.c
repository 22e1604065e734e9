/* timeout -- limit how long you wait, for each record and in total.
 *
 * A source can keep its receiver waiting in two ways: it sends no more records,
 * or it never stops sending. An idle timeout limits the wait for the next
 * record. A total timeout limits the wait for all of them.
 *
 *     source --records--> +---------+ <-- idle timeout: set for each record
 *        ^                | receive |
 *        '-----quit------ +---------+ <-- total timeout: set once
 *
 * Watch which timeout ends each run. Source 1 stops after three records, and
 * source 2 never does. Both sources return when quit is closed.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct source {
    int id, n;
    chan(int) records;
    chan(bool) quit;
};

/* Sends its records, and then waits for `quit`. Each send stands in a select
 * with `quit`: after a timeout a plain send would block forever. */
static void source(void *arg)
{
    const struct source *s = arg;
    lab_name("source %d", s->id); /* in reports and pictures */
    for (int record = 1; record <= s->n; record++) {
        sleep_ms(10); /* stands for producing the record */
        if (chan_select(chan_on_send(s->records, record),
                        chan_on_recv(s->quit, NULL)) == 1)
            return;
    }
    chan_recv(s->quit, NULL);
}

/* Prints three records only: how many follow depends on the machine. */
static void print_record(int record)
{
    if (record <= 3)
        printf(" %d", record);
    else if (record == 4)
        printf(" ...");
}

struct limits {
    int idle_ms, total_ms;
};

/* Receives records until a timeout. Returns the name of the timeout. */
static const char *receive(chan(int) records, struct limits limits)
{
    chan(struct timespec) total = chan_after_ms(limits.total_ms);
    defer(chan_free, total); /* a timer may be freed before it fires */

    for (int record;;) {
        int which = chan_select(chan_on_recv(records, &record),
                                chan_on_timeout_ms(limits.idle_ms),
                                chan_on_recv(total, NULL));
        if (which == 1)
            return "idle timeout";
        if (which == 2)
            return "total timeout";
        print_record(record);
    }
}

/* Starts a source, receives from it until a timeout, and shuts down. */
static void run_source(int id, int n, struct limits limits)
{
    chan(int) records = chan_make(int, 0);
    chan(bool) quit = chan_make(bool, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, source, (struct source){id, n, records, quit});

    printf("source %d:", id);
    printf(" (%s)\n", receive(records, limits));

    chan_close(quit); /* the source does not notice the timeout by itself */
    wg_wait(&wg);
    printf("source %d has returned\n", id);
    chan_free(quit);
    chan_free(records);
}

/* ---- The program around it: options, input, report ---- */

enum { HOUR = 60 * 60 * 1000, ENDLESS = 1000 * 1000 };

int main(int argc, char **argv)
{
    int ms =
        args_number(argc, argv, "timeout [MILLISECONDS]", 300, 0, HOUR - 1);
    setvbuf(stdout, NULL, _IONBF, 0); /* each record is printed at once */

    run_source(1, 3, (struct limits){.idle_ms = ms, .total_ms = HOUR});
    run_source(2, ENDLESS, (struct limits){.idle_ms = ms, .total_ms = ms});
    return 0;
}
