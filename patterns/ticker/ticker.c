/* ticker -- do periodic work that does not drift and can be stopped.
 *
 * A sampler must take a sample every 20 ms. One sample takes 15 ms of work. With
 * a sleep of 20 ms after each sample the interval would be 35 ms, and a sampler
 * that sleeps cannot be stopped. A ticker is a channel that delivers a value
 * every 20 ms. One select waits for the next tick and for the close of `done`.
 *
 *     ticks -------> +---------+
 *                    | sampler | --samples--> main
 *     done --close-> +---------+
 *
 * Watch the time on standard error: the work does not lengthen the interval,
 * as long as it takes less than 20 ms.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <stdio.h>

enum { INTERVAL_MS = 20 };

struct sampler {
    chan(struct timespec) ticks;
    chan(bool) done; /* nothing is sent, only closed */
    chan(int) samples;
    int work_ms; /* how long it takes to take a sample */
};

static void sampler(void *arg)
{
    const struct sampler *s = arg;
    int n = 0;
    for (;;) {
        /* The ticks come at 20, 40, 60 ms, however long the work takes. If the
         * sampler is late, one tick waits for it. Further ticks are dropped. */
        if (chan_select(chan_on_recv(s->ticks, NULL),
                        chan_on_recv(s->done, NULL)) == 1)
            break;
        /* This stands for the work. Unlike sleep_ms() it ends at once if done
         * is closed. */
        if (chan_select(chan_on_timeout_ms(s->work_ms),
                        chan_on_recv(s->done, NULL)) == 1)
            break;
        /* A plain chan_send() would block forever if main receives no more. */
        if (chan_select(chan_on_send(s->samples, n + 1),
                        chan_on_recv(s->done, NULL)) == 1)
            break;
        n++;
    }
    printf("sampler: stopped after %d samples\n", n);
}

/* Takes n samples, stops the sampler, and waits until it has returned. */
static void take_samples(int n, int work_ms)
{
    long long began = now_ms();
    chan(struct timespec) ticks = chan_tick_ms(INTERVAL_MS);
    chan(bool) done = chan_make(bool, 0);
    chan(int) samples = chan_make(int, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, sampler, (struct sampler){ticks, done, samples, work_ms});

    for (int i = 0, sample; i < n; i++) {
        chan_recv(samples, &sample);
        printf("main: sample %d\n", sample);
    }
    fprintf(stderr, "~ %d samples in %lld ms\n", n, now_ms() - began);

    puts("main: stop");
    chan_close(done);
    wg_wait(&wg); /* The sampler no longer uses the channels. */
    chan_free(ticks);
    chan_free(done);
    chan_free(samples);
}

/* ---- The program around it: options, input, report ---- */
#include "args.h"

int main(int argc, char **argv)
{
    int n = 3, work_ms = 15;
    args(argc, argv, "ticker [SAMPLES [WORK_MS]]    (0 to 1000: 3, 15 ms)",
         arg_number(&n, 0, 1000), arg_number(&work_ms, 0, 1000));
    take_samples(n, work_ms);
    return 0;
}
