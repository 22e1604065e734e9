/* worker-pool -- a few workers for many clients, answers in order.
 *
 * Some authors write in mirror writing, and two clerks turn their words around.
 * Short words are done sooner than long ones, and the words of all the authors
 * are mixed. And yet each author wants his own back, and in their order.
 *
 *     author --.            .--> clerk --.
 *     author --+---jobs-----+            +--answer--> the job's own author
 *     author --'            '--> clerk --'
 *
 * Each job takes along the channel for its answer. The author keeps these
 * channels in a row, and receives from one after the other. Watch the sentences: they can
 * only be read because the order is right, whoever was done first.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"
#include "args.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

struct job {
    char *word; /* lent to the clerk, until he has answered */
    chan(char *) answer;
};

struct clerk {
    chan(struct job) jobs;
    int *turned; /* only this clerk's, until main has waited for him */
};

static void clerk(void *arg)
{
    const struct clerk *c = arg;
    for (struct job job; chan_recv(c->jobs, &job);) {
        turn_around(job.word);
        sleep_ms(strlen(job.word)); /* long words take longer */
        ++*c->turned;
        /* There is room for it. Otherwise we would wait for the author here,
         * and he may well be waiting for us to take his next job. */
        chan_send(job.answer, job.word);
    }
}

struct author {
    struct sentence *sentence;
    chan(struct job) jobs;
};

static void author(void *arg)
{
    const struct author *a = arg;
    struct sentence *s = a->sentence;
    chan(char *) answers[WORDS];

    for (int i = 0; i < s->n; i++) {
        answers[i] = chan_make(char *, 1);
        chan_send(a->jobs, (struct job){s->words[i], answers[i]});
    }
    /* In our own order, whoever is done first. */
    for (int i = 0; i < s->n; i++) {
        chan_recv(answers[i], &s->words[i]);
        chan_free(answers[i]);
    }
}

enum { MOST = 100 };

struct options {
    int clerks, authors;
    char **texts;
};

static struct options options(int argc, char **argv)
{
    static char *texts[] = {"ohW si tsrif si ton os ,tnatropmi",
                            "nehw hcae rewsna sah sti nwo ecalp",
                            "dna eht redaer sekat meht ni .redro"};
    struct options o = {2, 3, texts};
    int given = args(argc, argv,
                     "worker-pool [-j CLERKS] [TEXT...]"
                     "    (2; an author for each TEXT)",
                     opt_number('j', &o.clerks, 1, MOST), arg_rest(&o.texts));
    if (given > 0)
        o.authors = given;
    for (int i = 0; i < o.authors; i++)
        if (o.authors > MOST || strlen(o.texts[i]) >= 2 * WORDS)
            args_misuse();
    return o;
}

/* Returns whether as many words were turned around as were sent. */
static bool report(struct options o, struct sentence *sentences,
                   const int *turned)
{
    int sent = 0, sum = 0;
    for (int i = 0; i < o.authors; i++) {
        sent += sentences[i].n;
        print_and_free(&sentences[i]);
    }
    for (int i = 0; i < o.clerks; i++) {
        printf("%s%d", i == 0 ? "clerks: " : " + ", turned[i]);
        sum += turned[i];
    }
    printf("\n%d words, %s\n", sent,
           sum == sent ? "each turned once" : "some lost");
    return sum == sent;
}

int main(int argc, char **argv)
{
    struct options o = options(argc, argv);
    struct sentence sentences[MOST];
    int turned[MOST] = {0};
    chan(struct job) jobs = chan_make(struct job, 0);
    struct waitgroup authors = {0}, clerks = {0};

    for (int i = 0; i < o.clerks; i++)
        wg_go(&clerks, clerk, (struct clerk){jobs, &turned[i]});
    for (int i = 0; i < o.authors; i++) {
        sentences[i] = split(o.texts[i]);
        wg_go(&authors, author, (struct author){&sentences[i], jobs});
    }

    wg_wait(&authors);
    chan_close(jobs); /* nobody sends any more: the clerks may go home */
    wg_wait(&clerks);
    bool all = report(o, sentences, turned);
    chan_free(jobs);
    return !all;
}
