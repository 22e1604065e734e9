/* deadline -- one limit for many calls, wherever they are made.
 *
 * To book a trip takes five calls, made deep in functions that know nothing of
 * each other. A limit for each call is no limit for the whole: five times 300
 * ms are a second and a half. So we fix the moment by which all must be done,
 * once, and hand it down. Each call waits for what is left until then.
 *
 *     book_trip ----- timetable
 *         |---------- reserve --- seat, fare
 *         '---------- pay ------- bank, ticket
 *
 * Watch who is named: none of them alone takes as long as the limit, but one
 * uses up what the others have left. Those behind it are not even asked.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

struct service {
    const char *name;
    int takes_ms;
    chan(const char *) answer;
    chan(bool) hung_up;
};

static void service(void *arg)
{
    const struct service *self = arg;
    if (chan_select(chan_on_recv(self->hung_up, NULL),
                    chan_on_timeout_ms(self->takes_ms)) == 1)
        chan_send(self->answer, self->name); /* fits in, heard or not */
}

/* Returns whether the answer came before the deadline, a time of now_ms(). */
static bool ask(const char *name, int takes_ms, long long deadline)
{
    chan(const char *) answer = chan_make(const char *, 1);
    chan(bool) hung_up = chan_make(bool, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, service, (struct service){name, takes_ms, answer, hung_up});

    /* Perhaps nothing is left, or less: then it does not wait at all. The clock
     * decides, as a select takes an answer that is there, however late. */
    int which = chan_select(chan_on_recv(answer, NULL),
                            chan_on_timeout_ms(deadline - now_ms()));
    bool in_time = which == 0 && now_ms() <= deadline;
    printf("%s: %s\n", name, in_time ? "done" : "the time is used up");

    chan_close(hung_up); /* nobody works on for a caller who has left */
    wg_wait(&wg);
    chan_free(answer);
    chan_free(hung_up);
    return in_time;
}

static bool reserve(long long deadline)
{
    return ask("seat", 50, deadline) && ask("fare", 50, deadline);
}

/* None of these functions knows how long the whole may take, or how late it is
 * already. They hand on the deadline as it is, and could be called by anyone. */
static bool pay(long long deadline)
{
    return ask("bank", 270, deadline) && ask("ticket", 50, deadline);
}

static bool book_trip(long long deadline)
{
    return ask("timetable", 50, deadline) && reserve(deadline) && pay(deadline);
}

int main(int argc, char **argv)
{
    int limit_ms =
        args_number(argc, argv, "deadline [MILLISECONDS]", 300, 0, 60 * 1000);
    long long began = now_ms();
    bool booked = book_trip(began + limit_ms);
    printf("trip: %s\n", booked ? "booked" : "not booked");
    fprintf(stderr, "~ after %lld of %d ms\n", now_ms() - began, limit_ms);
    return 0;
}
