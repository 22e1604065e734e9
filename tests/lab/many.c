/* many -- a report with long names, a long expression, many cases and many goroutines.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct station {
    chan(int) departures_of_the_trains_to_the_north_and_to_the_south[20];
};

static void waits_for_the_departure_of_the_last_train(void *arg)
{
    struct station *s = arg;
    chan_send(
        s->departures_of_the_trains_to_the_north_and_to_the_south[0 + 0 + 0],
        1);
}

int main(void)
{
    struct station s;
    struct chan_case cases[20];
    for (int i = 0; i < 20; i++) {
        chan(int) *c =
            &s.departures_of_the_trains_to_the_north_and_to_the_south[i];
        *c = chan_make(int, 0);
        cases[i] = chan_on_recv(*c, NULL);
    }
    for (int i = 0; i < 60; i++)
        go(waits_for_the_departure_of_the_last_train, &s);
    for (int i = 0; i < 3; i++)
        chan_recv(*s.departures_of_the_trains_to_the_north_and_to_the_south,
                  NULL);
    chan_select_array(cases + 1, 18);
}
