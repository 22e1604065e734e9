/* timeout -- give up after a silence, or after a time.
 *
 * One who waits for messages can wait in vain in two ways: the other side falls
 * silent, or it never comes to an end. Against each there is a clock, and what
 * tells the two apart is where they are set: inside the loop, or outside.
 *
 *     talker --line--> +--------+ <-- silence: set anew for every word
 *        ^             | listen |
 *        +--hang up--- +--------+ <-- enough: set once, before the first
 *
 * Watch for the reason why main hangs up: ann falls silent after three words,
 * bob never does. And neither is left behind, talking to nobody.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>

enum { HOUR = 60 * 60 * 1000, ENDLESS = 1000 * 1000 };

struct talker {
    int words;
    chan(int) line;
    chan(bool) hang_up;
};

/* Says its words, and then nothing. Wherever it waits it listens for the
 * hang-up too, so nobody can forget it there, blocked forever. */
static void talker(void *arg)
{
    const struct talker *self = arg;

    for (int word = 1; word <= self->words; word++) {
        sleep_ms(10); /* takes a breath */
        if (chan_select(chan_on_send(self->line, word),
                        chan_on_recv(self->hang_up, NULL)) == 1)
            return;
    }
    chan_recv(self->hang_up, NULL);
}

/* How far bob gets is a matter of luck, so we write down three words. */
static void write_down(int word)
{
    if (word <= 3)
        printf(" %d", word);
    else if (word == 4)
        printf(" ...");
}

struct patience {
    int silence_ms, call_ms;
};

/* Returns why it gave up. */
static const char *listen_to(chan(int) line, struct patience patience)
{
    chan(struct timespec) enough = chan_after_ms(patience.call_ms);
    defer(chan_free, enough); /* whether it has rung or not */

    for (int word;;) {
        int which = chan_select(chan_on_recv(line, &word),
                                chan_on_timeout_ms(patience.silence_ms),
                                chan_on_recv(enough, NULL));
        if (which == 1)
            return "silent for too long";
        if (which == 2)
            return "talking for too long";
        write_down(word);
    }
}

static void call(const char *name, int words, struct patience patience)
{
    chan(int) line = chan_make(int, 0);
    chan(bool) hang_up = chan_make(bool, 0);
    struct waitgroup wg = {0};
    wg_go(&wg, talker, (struct talker){words, line, hang_up});

    printf("%s:", name);
    const char *why = listen_to(line, patience);
    printf(" (%s: main hangs up)\n", why);

    chan_close(hang_up); /* giving up is our affair: the talker must be told */
    wg_wait(&wg);
    printf("%s has hung up, too\n", name);
    chan_free(hang_up);
    chan_free(line);
}

int main(int argc, char **argv)
{
    int ms =
        args_number(argc, argv, "timeout [MILLISECONDS]", 300, 0, HOUR - 1);
    setvbuf(stdout, NULL, _IONBF, 0); /* we want to hear each word at once */

    call("ann", 3, (struct patience){.silence_ms = ms, .call_ms = HOUR});
    call("bob", ENDLESS, (struct patience){.silence_ms = HOUR, .call_ms = ms});
    return 0;
}
